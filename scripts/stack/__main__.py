"""The command line of scripts/stack.sh."""

from __future__ import annotations

import os
import shlex
import signal
import sys

from stack import accounts, database, integrations, report, urls
from stack import settings as settings_module
from stack.build import build
from stack.lifecycle import Stack, say
from stack.settings import Mistakes, Settings
from stack.state import Failed, State

HELP = """\
scripts/stack.sh COMMAND: runs Mailout's processes in the state folder MAILOUT_STATE (default .local).

  build                    builds what is not built yet
  check                    refuses wrong settings, all at once (docs/settings.md)
  up                       builds, starts and migrates what is needed; returns when everything is ready
  servers                  the same for PostgreSQL and RabbitMQ alone
  down                     stops everything; the data stays
  remove                   stops everything and removes the state folder
  status [--json]          one line a process: name pid state ready
  start|stop|restart NAME  one process (or several)
  logs [NAME]              follows the logs
  env                      URLs of this copy as shell assignments, secrets included
  migrate                  roles, schemas and migrations in DATABASE_URL, MAILOUT_DATABASE_URL or the private database
  sample-contacts          the three sample contacts and two contact groups, into the same database
  create-operator          USERNAME and ROLE by environment; the password from MAILOUT_OPERATOR_PASSWORD or asked for
  create-integration       NAME and SCOPES by environment: a program on the queues (docs/integrations.md)
  remove-integration       NAME by environment
"""


def read_settings(command: str) -> Settings:
    environment = dict(os.environ)
    if command in ("migrate", "sample-contacts", "create-operator", "create-integration", "remove-integration") and environment.get("DATABASE_URL"):
        environment["MAILOUT_DATABASE_URL"] = environment["DATABASE_URL"]
    return settings_module.read(environment)


def administrator(stack: Stack) -> urls.ServerURL:
    if stack.settings.database is None and not stack.ports.ours("postgres"):
        raise Failed("the private database is not running: run `make up`, or give DATABASE_URL=postgres://…")
    return stack.admin_url()


def print_environment(stack: Stack) -> None:
    endpoints = stack.state.read_json("endpoints.json", {})
    values = {
        "MAILOUT_TEST_DATABASE_URL": stack.admin_url().full(),
        "MAILOUT_TEST_AMQP_URL": stack.broker_url().full(),
        "MAILOUT_TEST_RABBITMQCTL": str(stack.state.run / "rabbitmqctl"),
        "MAILOUT_TEST_BIN": str(stack.settings.binaries),
    }
    for name, address in endpoints.items():
        key = name.removesuffix(" address").upper().replace("-", "_") + ("_URL" if name.endswith(" address") else "_ADMIN_URL")
        values[key] = address
    if endpoints:
        values["ADMIN_PASSWORD"] = accounts.admin_password(stack.settings, stack.state)
    for key, value in values.items():
        print(f"export {key}={shlex.quote(value)}")


def main(arguments: list[str]) -> None:
    command, rest = (arguments[0] if arguments else "help"), arguments[1:]
    if command in ("help", "--help", "-h"):
        print(HELP, end="")
        return
    if command in ("down", "remove", "status", "logs"):
        state = State(settings_module.read_state_only(dict(os.environ)).state)
        if not state.run.exists():
            say(f"nothing has been started in {state.folder}")
        elif command == "status":
            report.print_status(state, "--json" in rest)
        elif command == "logs":
            report.follow_logs(state, rest[0] if rest else "")
        else:
            Stack(settings_module.read_state_only(dict(os.environ))).down()
        if command == "remove":
            state.remove()
        return
    current = read_settings(command)
    if command == "check":
        return
    if command == "build":
        build(current.build)
        return
    stack = Stack(current)
    if command in ("up", "servers"):
        stack.up(only_servers=command == "servers")
        if command == "up":
            report.print_status(stack.state, as_json=False)
    elif command == "env":
        print_environment(stack)
    elif command == "migrate":
        database.migrate(current, stack.state, administrator(stack))
    elif command == "sample-contacts":
        url = database.role_url(stack.state, administrator(stack), "customer").full()
        database.run_service(current, "Customer", ["load-sample-contacts"], {"MAILOUT_DATABASE_URL": url})
    elif command == "create-operator":
        username, role = os.environ.get("USERNAME", ""), os.environ.get("ROLE", "")
        accounts.create_operator(current, stack.state, administrator(stack), username, role)
        say(f"operator {username} ({role}) is ready")
    elif command == "create-integration":
        name, scopes = os.environ.get("NAME", ""), os.environ.get("SCOPES", "")
        print("\n".join(integrations.create(current, stack.state, administrator(stack), stack.broker_url(), name, scopes)))
    elif command == "remove-integration":
        print("\n".join(integrations.remove(current, stack.state, administrator(stack), os.environ.get("NAME", ""))))
    elif command in ("start", "stop", "restart") and rest:
        if command != "start":
            stack.stop(rest)
        if command != "stop":
            stack.start(rest)
    else:
        raise Failed(f"unknown command: {' '.join(arguments)}\n{HELP}")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `status | head` ends quietly
    try:
        main(sys.argv[1:])
    except Mistakes as mistakes:
        say("These settings are wrong (docs/settings.md explains each):")
        for line in mistakes.lines:
            say(f"  {line}")
        sys.exit(2)
    except Failed as failed:
        say(f"mailout: {failed}")
        sys.exit(1)
    except OSError as problem:  # a folder that is not ours, a full disk
        say(f"mailout: {problem}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
