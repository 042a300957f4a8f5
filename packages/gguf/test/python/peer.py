"""Reads and writes GGUF files with PyPI's gguf, for python.test.ts to compare with.

peer.py read FILE            prints what GGUFReader finds, as JSON
peer.py write FILE ORDER     writes a file with GGUFWriter; ORDER is "little" or "big"
"""

import hashlib
import json
import sys

import gguf
import numpy as np


def plain(value):
    """A value that JSON holds exactly: integers as text, floats by their shortest digits."""
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, bool) or isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value) if value == value else "nan"
    return str(value)


def read(path):
    reader = gguf.GGUFReader(path)
    order = "big" if reader.endianess == gguf.GGUFEndian.BIG else "little"
    # The reader makes fields of the version and the counts, too.
    fields = [field for field in reader.fields.values() if not field.name.startswith("GGUF.")]
    kv = [
        [field.name, [kind.name for kind in field.types], plain(field.contents())]
        for field in fields
    ]
    tensors = [
        {
            "name": tensor.name,
            "type": tensor.tensor_type.name,
            "shape": [int(dimension) for dimension in tensor.shape],
            "bytes": int(tensor.n_bytes),
            "sha256": hashlib.sha256(tensor.data.tobytes()).hexdigest(),
        }
        for tensor in reader.tensors
    ]
    version = int(reader.fields["GGUF.version"].contents())
    document = {
        "version": version,
        "byteOrder": order,
        "alignment": int(reader.alignment),
        "dataOffset": int(reader.data_offset),
        "kv": kv,
        "tensors": tensors,
    }
    json.dump(document, sys.stdout)


def write(path, order):
    endian = gguf.GGUFEndian.BIG if order == "big" else gguf.GGUFEndian.LITTLE
    writer = gguf.GGUFWriter(path, "llama", endianess=endian)
    writer.add_custom_alignment(64)
    writer.add_uint8("u8", 255)
    writer.add_int8("i8", -128)
    writer.add_uint16("u16", 65535)
    writer.add_int16("i16", -32768)
    writer.add_uint32("u32", 4294967295)
    writer.add_int32("i32", -2147483648)
    writer.add_uint64("u64", 18446744073709551615)
    writer.add_int64("i64", -9223372036854775808)
    writer.add_float32("f32", 0.1)
    writer.add_float64("f64", 0.1)
    writer.add_bool("bool", True)
    writer.add_string("string", "na\u00efve \U0001f642\u0000")
    writer.add_array("i32[]", [1, -2, 3])
    writer.add_array("f32[]", [0.5, -0.25])
    writer.add_array("bool[]", [True, False])
    writer.add_array("string[]", ["a", "", "\ufeff"])
    writer.add_tensor("floats", np.arange(12, dtype=np.float32).reshape(3, 4))
    writer.add_tensor("halves", np.arange(5, dtype=np.float16))
    writer.add_tensor("bytes", np.arange(7, dtype=np.int8))
    blocks = np.arange(2 * 34, dtype=np.uint8).reshape(2, 34)
    writer.add_tensor("blocks", blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"read": read, "write": write}[command](*arguments)
