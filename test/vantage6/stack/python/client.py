"""vantage6's own Python client asks one question: client.py COLLABORATION ORGANIZATIONS METHOD KWARGS.

ORGANIZATIONS are names with commas between them, KWARGS is JSON. Prints the results as a JSON list, as the client
gives them: text. Where KONSIL_KEY_FILE is set, the collaboration is encrypted.
"""
import json
import os
import sys
import time
from urllib.parse import urlsplit

import compat  # noqa: F401
from vantage6.client import UserClient

collaboration, organizations, method, kwargs = sys.argv[1:]
server = urlsplit(os.environ["KONSIL_SERVER_URL"])
names = organizations.split(",")
client = UserClient(f"{server.scheme}://{server.hostname}", server.port, server.path, log_level="error")
client.authenticate(names[0], os.environ["KONSIL_PASSWORD"])
client.setup_encryption(os.environ.get("KONSIL_KEY_FILE"))
found = {c["name"]: c["id"] for c in client.collaboration.list()["data"]}[collaboration]
ids = {o["name"]: o["id"] for o in client.organization.list(collaboration=found)["data"]}
task = client.task.create(
    collaboration=found,
    organizations=[ids[name] for name in names],
    name=method,
    description="",
    image=os.environ["KONSIL_IMAGE"],
    databases=[{"label": "default"}],
    input_={"method": method, "kwargs": json.loads(kwargs)},
)
final = {"completed", "failed", "start failed", "non-existing Docker image", "crashed", "killed by user", "not allowed",
         "unknown error"}
until = time.time() + 120
while True:
    status = client.request(f"task/{task['id']}/status")["status"]
    if status in final or time.time() > until:
        break
    time.sleep(0.3)
results = [result["result"] for result in client.result.from_task(task_id=task["id"])["data"]]
print("\n" + json.dumps({"status": status, "results": results}))
sys.stdout.flush()
os._exit(0)
