"""Archives as NumPy writes them, for tests/all/state/npz.rs; and NumPy's reading of ours.

    python npz.py                       writes npz/*.npz, the same bytes each time
    python npz.py check net.npz ...     reads files that rappel wrote and prints what is in them

Values are 0, 1, 2, .. in the order of the rows, whatever the layout, so that the test needs no second file.
"""

import io
import pathlib
import sys
import zipfile

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "npz"
KINDS = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]


def count(dtype, shape):
    return np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)


def save(name, arrays, version=None, compressed=False):
    """numpy.savez with a fixed time for each member."""
    FOLDER.mkdir(exist_ok=True)
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(FOLDER / f"{name}.npz", "w", method) as archive:
        for key, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), version=version)
            info = zipfile.ZipInfo(f"{key}.npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(content.getvalue())


def write():
    little = {kind: count(f"<{kind}", (2, 3)) for kind in KINDS} | {"b1": np.array([[False, True]])}
    save("little", little)
    save("big", {kind: count(f">{kind}", (2, 3)) for kind in KINDS})
    shapes = [(), (0,), (1,), (5,), (2, 0, 3), (2, 3, 4), (1, 1, 1, 1, 2)]
    save("shapes", {f"a{i}": count("<f4", shape) for i, shape in enumerate(shapes)})
    save("columns", {f"a{i}": np.array(count(">f8", shape), order="F") for i, shape in enumerate(shapes)})
    save("compressed", {"0.weight": count("<f4", (64, 64)), "0.bias": np.zeros(4096, "<f8")}, compressed=True)
    for version in [(1, 0), (2, 0), (3, 0)]:
        save(f"version{version[0]}", {"weight": count("<f4", (3, 2))}, version=version)
    save("names", {"日本": count("<f4", (1,)), "a/b": count("<f4", (2,)), "": count("<f4", (3,))})
    save("objects", {"fine": count("<f4", (1,)), "weight": np.array([{"a": 1}], dtype=object)})
    save("complex", {"weight": count("<c8", (2,))})
    save("text", {"weight": np.array(["a"])})
    save("records", {"weight": np.zeros(2, dtype=[("x", "<f4"), ("y", "<i4")])})
    save("long", {"weight": np.zeros(2, dtype=np.longdouble)})


def check(paths):
    for path in paths:
        arrays = np.load(path, allow_pickle=False)
        for name in arrays:
            array = arrays[name]
            print(f"{path}: {name!r} {array.dtype} {array.shape} {array.ravel()[:8].tolist()}")


if __name__ == "__main__":
    check(sys.argv[2:]) if sys.argv[1:2] == ["check"] else write()
