"""Try the program out, on this machine, with a made-up practice."""

import os
import socket
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from kareo.logs import harmless_text
from sync import demo

HOST = "127.0.0.1"  # never the network: everybody knows these passwords
PORTS = range(8000, 8010)


class Command(BaseCommand):
    help = (
        "Migrate, load the demo practice into an empty database, make the demo users, and serve."
        " Run again, it keeps what was entered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help=f"default: the first free from {PORTS[0]}")
        parser.add_argument("--no-serve", action="store_true", help="set up only")

    def handle(self, *, port: int | None, no_serve: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo's passwords are printed for all to read, so it runs only in debug. To try"
                " the program out on this machine, use `make demo` or set DEBUG=true. Never do that"
                " where real patients are entered."
            )
        if not no_serve:
            port = free_port() if port is None else checked_port(port)
        try:
            call_command("migrate", verbosity=0)
        except DatabaseError as error:
            why = f"The database can't be used: {harmless_text(error)}"
            do = "Check DATABASE_URL and its server. Without it, a file beside manage.py is used."
            raise CommandError(f"{why}\n{do}") from error
        loaded = demo.load()
        demo.make_users()
        kept = "The database already holds records. They were kept, and nothing was loaded."
        self.stdout.write("Loaded the demo practice." if loaded else kept)
        self.stdout.write(f"Database: {connection.settings_dict['NAME']}\n\n")
        self.show_users()
        if no_serve:
            return
        where = f"\nOpen http://{HOST}:{port}/ and log in as one of these.\n"
        self.stdout.write(self.style.SUCCESS(where))
        self.stdout.flush()
        os.environ.setdefault("DJANGO_RUNSERVER_HIDE_WARNING", "true")
        call_command("runserver", f"{HOST}:{port}", use_reloader=False)

    def show_users(self) -> None:
        stored = User.objects.in_bulk([user.username for user in demo.USERS], field_name="username")
        self.stdout.write(f"{'user':<11}{'password':<17}may")
        for user in demo.USERS:
            known = stored[user.username].check_password(user.password)
            password = user.password if known else "(changed)"
            self.stdout.write(f"{user.username:<11}{password:<17}{user.may}")


def is_free(port: int) -> bool:
    with suppress(OSError), socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((HOST, port))
        return True
    return False


def free_port() -> int:
    for port in filter(is_free, PORTS):
        return port
    taken = f"Ports {PORTS[0]} to {PORTS[-1]} are all taken."
    raise CommandError(f'{taken} Name a free one: make demo ARGS="--port 9000"')


def checked_port(port: int) -> int:
    if not 0 < port < 65536:
        raise CommandError(f"{port} isn't a port. Name one from 1024 to 65535.")
    if not is_free(port):
        taken = f"Port {port} is taken or not allowed. Perhaps another demo is still running."
        raise CommandError(f'{taken} Name another port: make demo ARGS="--port {port + 1}"')
    return port
