"""Makes a key for each organization that has none: keys.py FOLDER ORGANIZATION..."""
import sys
from pathlib import Path

import compat  # noqa: F401
from vantage6.common.encryption import RSACryptor

for organization in sys.argv[2:]:
    path = Path(sys.argv[1]) / f"{organization}.pem"
    if not path.exists():
        RSACryptor.create_new_rsa_key(path)
        path.chmod(0o600)
