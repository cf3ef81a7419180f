"""Makes mnist1d.zz from the published data set MNIST-1D.

    python3 make_mnist1d.py mnist1d.npz

mnist1d.npz holds the arrays x (4000 x 40) and x_test (1000 x 40) as float32, y and y_test as uint8: those of the published
`mnist1d_data.pkl` of https://github.com/greydanus/mnist1d in single precision, in its order. Needs numpy.

The output is one zlib stream (RFC 1950) of 805,000 bytes:

    4 x 200,000 bytes   all values of x, then all of x_test, row by row, as little-endian float32 in planes: the first bytes of
                        all values, then the second bytes, the third and the fourth
    5,000 bytes         the labels y, then y_test

In planes it takes 668 KB, value after value 745 KB: exponents are alike, mantissas are noise.
"""

import hashlib
import pathlib
import sys
import zlib

import numpy as np

FIELDS = {
    "x": ((4000, 40), "<f4", "1b0f434500d6d72b00b08501900e2719"),
    "x_test": ((1000, 40), "<f4", "8846de6fe1a2c9d9536ea5cbcd634582"),
    "y": ((4000,), "u1", "ac52f2e0979b40c8ea486d5b12c5112b"),
    "y_test": ((1000,), "u1", "d727fb78a3135389b929a8bdd3f5c16a"),
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    arrays = np.load(sys.argv[1])
    fields = {}
    for name, (shape, kind, digest) in FIELDS.items():
        field = np.ascontiguousarray(arrays[name].astype(kind))
        if field.shape != shape or hashlib.md5(field.tobytes()).hexdigest() != digest:
            sys.exit(f"{name} is not the published array")
        fields[name] = field
    values = np.concatenate([fields["x"].ravel(), fields["x_test"].ravel()])
    planes = values.view(np.uint8).reshape(-1, 4).T
    packed = zlib.compress(planes.tobytes() + fields["y"].tobytes() + fields["y_test"].tobytes(), 9)
    target = pathlib.Path(__file__).with_name("mnist1d.zz")
    target.write_bytes(packed)
    print(f"{target}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
