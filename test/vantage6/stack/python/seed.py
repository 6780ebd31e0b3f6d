"""vantage6's own command line for servers: seed.py import -c CONFIG --user ENTITIES."""
import compat  # noqa: F401
from vantage6.server.cli.server import cli_server

cli_server()
