"""Lets vantage6 4.x run outside its own containers. To be imported before any vantage6 module."""
import enum
import sys

if sys.version_info >= (3, 11):
    # vantage6 4.x makes names of attributes, such as v_glo, by formatting members of `class Scope(str, Enum)`. Python
    # 3.11 formats these as "Scope.GLOBAL"; until 3.10 it was "glo".
    def _value_format(member, spec):
        plain = member._member_type_ is object or type(member).__str__ is not enum.Enum.__str__
        return format(str(member) if plain else member._member_type_(member._value_), spec)

    enum.Enum.__format__ = _value_format

import vantage6.common.docker.addons as addons  # noqa: E402

# A machine that is a container itself is not a container of vantage6.
addons.running_in_docker = lambda: False
