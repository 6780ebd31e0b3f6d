"""vantage6's own cryptor on both ends of Konsil's envelope. See README.md.

    python python.py write    makes keys and vectors.json, which Konsil must read
    python python.py read     reads ours.json, and writes python-answers.json
"""

import base64
import hashlib
import io
import json
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding
from vantage6.common.encryption import RSACryptor

here = Path(__file__).parent
temporary = Path(tempfile.mkdtemp())
software = {name: version(name) for name in ("vantage6-common", "cryptography")}


def b64(raw):
    return base64.b64encode(raw).decode()


def save(name, value):
    text = json.dumps({"made_by": "python.py", "software": software, **value}, indent=1)
    (here / name).write_text(text + "\n")


def cryptor(name, pem=None):
    path = temporary / f"{name}.pem"
    if pem is None:
        RSACryptor.create_new_rsa_key(path)
    else:
        path.write_text(pem)
    # There is one object for each class: a second key needs a class of its own.
    return type(f"Cryptor_{name}", (RSACryptor,), {})(path)


def read(reader, data):
    try:
        return {"base64": b64(reader.decrypt(data))}
    except Exception as error:
        return {"error": type(error).__name__}


VALUES = {
    "input": {"method": "partial", "args": [], "kwargs": {"column": "age"}},
    "unicode": {"method": "échantillon", "kwargs": {"s": "blåbær €uro 漢字 🧪 \u0000 \" \\ \n"}},
    "numbers": [0, -1, 1.5, 1e300, 2**53 + 1, True, None],
    "null": None,
    "number": 1234,
    "string": "abcd",
    "empty-object": {},
    "long": {"x": ["æøå" * 10] * 100},
}
TEXTS = {f"json-{name}": json.dumps(value).encode() for name, value in VALUES.items()}
TEXTS["json-unicode-raw"] = json.dumps(VALUES["unicode"], ensure_ascii=False).encode()
TEXTS["json-nan"] = json.dumps({"x": float("nan"), "y": -float("inf")}).encode()
TEXTS |= {
    "empty": b"",
    "text-not-json": b"abcd",
    "text-not-json-2": b"hello world",
    "binary": bytes(range(256)),
    "block-16": b'"0123456789abc" ',
}


def write():
    a, b = cryptor("a"), cryptor("b")
    public = a.private_key.public_key()
    vectors = []

    def header(envelope):
        wrapped, iv = (base64.b64decode(part) for part in envelope.split("$")[:2])
        return a.private_key.decrypt(wrapped, padding.PKCS1v15()), iv

    def by_hand(key, iv, plain, wrapped_key):
        """An envelope that the cryptor cannot be made to write."""
        body = a._create_aes_cipher(key, iv).encryptor().update(plain)
        return "$".join(b64(part) for part in (public.encrypt(wrapped_key, padding.PKCS1v15()), iv, body))

    def add(name, style, plain, envelope, key=None, iv=None):
        if key is None:
            key, iv = header(envelope)
        vectors.append({
            "name": name, "style": style, "plaintext_base64": b64(plain), "shared_key_base64": b64(key),
            "iv_base64": b64(iv), "ciphertext": envelope, "python_reads": read(a, envelope),
        })

    for name, plain in TEXTS.items():
        add(name, "python", plain, a.encrypt_bytes_to_str(plain, a.public_key_str))
    # The web interface sends the key as base64 text, and encrypts base64 of the JSON.
    for name in ("json-input", "json-unicode-raw", "json-null", "json-number"):
        key, iv = os.urandom(32), os.urandom(16)
        plain = TEXTS[name]
        add(name, "ui", plain, by_hand(key, iv, b64(plain).encode(), b64(key).encode()), key, iv)

    plain = TEXTS["json-long"]
    for name, data in (
        ("blob", a.encrypt_bytes_to_str(plain, a.public_key_str, skip_base64_encoding_of_msg=True)),
        ("blob-stream", b"".join(a.encrypt_stream(io.BytesIO(plain), a.public_key_str))),
    ):
        vectors.append({
            "name": name, "style": "blob", "plaintext_base64": b64(plain), "ciphertext_base64": b64(data),
            "python_reads": read(a, data),
        })
    # The counter is one number of 128 bits: it carries into every byte.
    key, iv = os.urandom(32), b"\xff" * 16
    add("counter-wraps", "python", plain, by_hand(key, iv, plain, key), key, iv)

    wrapped, iv64, body = vectors[0]["ciphertext"].split("$")
    short_key = b64(public.encrypt(b"\xff" * 16, padding.PKCS1v15()))
    broken = {
        "wrong-key": b.encrypt_bytes_to_str(TEXTS["json-input"], b.public_key_str),
        "two-parts": f"{wrapped}${iv64}",
        "no-separator": body,
        "empty": "",
        "short-rsa-block": "$".join([b64(base64.b64decode(wrapped)[:-1]), iv64, body]),
        "short-iv": "$".join([wrapped, b64(base64.b64decode(iv64)[:8]), body]),
        "not-base64": f"{wrapped}${iv64}$%%%",
        "key-of-16-bytes": "$".join([short_key, iv64, body]),
    }
    def spki(c):
        return c.private_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    der = {
        name: c.private_key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        for name, c in (("a", a), ("b", b))
    }
    save("vectors.json", {
        "keys": {
            name: {
                "public_key": c.public_key_str,
                "sha256": hashlib.sha256(spki(c)).hexdigest(),
                "private_pkcs1_der_base64": b64(der[name]),
            }
            for name, c in (("a", a), ("b", b))
        },
        "vectors": vectors,
        "broken": [
            {"name": name, "ciphertext": text, "python_reads": read(a, text)} for name, text in broken.items()
        ],
    })


def answer():
    ours = json.loads((here / "ours.json").read_text())
    reader = cryptor("ours", ours["private_key"])
    save("python-answers.json", {
        "public_key": reader.public_key_str,
        "reads": {
            m["name"]: read(reader, m["text"] if "text" in m else base64.b64decode(m["blob_base64"]))
            for m in ours["messages"]
        },
        # What Python encrypts with the public key as we write it.
        "writes": {
            name: reader.encrypt_bytes_to_str(plain, ours["public_key"]) for name, plain in TEXTS.items()
        },
    })


{"write": write, "read": answer}[sys.argv[1]]()
