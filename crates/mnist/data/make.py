"""Makes mnist.br from the four files of MNIST as they are published.

    python3 make.py FOLDER

FOLDER holds train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and
t10k-labels-idx1-ubyte.gz. Needs `pip install brotli` (1.2.1 was used); takes about two minutes.

The output is the four unpacked files one after the other, in this order, as one brotli stream: quality 11, a window of
2^24 bytes. Other arrangements of the 10,000 test images were tried, in bytes: as they are 1,326,439; reversed 1,323,290;
sorted by label 1,320,352; two rows interleaved 1,330,271; columns before rows 1,358,172; every other row backwards
1,408,039; differences of neighbours 1,592,580; pixel by pixel over all images 1,655,039. None was worth its code.
"""

import gzip
import hashlib
import pathlib
import sys

import brotli

FILES = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    parts = []
    for name, digest in FILES.items():
        part = gzip.decompress((pathlib.Path(sys.argv[1]) / f"{name}.gz").read_bytes())
        if hashlib.md5(part).hexdigest() != digest:
            sys.exit(f"{name}.gz does not unpack to the published file")
        parts.append(part)
    packed = brotli.compress(b"".join(parts), mode=brotli.MODE_GENERIC, quality=11, lgwin=24)
    target = pathlib.Path(__file__).with_name("mnist.br")
    target.write_bytes(packed)
    print(f"{target}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
