"""Try the program out, on this machine, with a made-up practice."""

import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from sync import demo

HOST = "127.0.0.1"  # never the network: everybody knows these passwords
FIRST_PORT, PORTS_TRIED = 8000, 10


class Command(BaseCommand):
    help = (
        "Migrate, load the demo practice into an empty database, make the demo users, and serve."
        " Run again, it keeps what was entered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port",
            type=int,
            help=f"serve on this port; without it, the first free from {FIRST_PORT}",
        )
        parser.add_argument("--no-serve", action="store_true", help="set up only")

    def handle(self, *, port: int | None, no_serve: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo makes users whose passwords are printed for all to read, so it runs only"
                " in debug. To try the program out on this machine, use `make demo` or set"
                " DEBUG=true. Never do that where real patients are entered."
            )
        if not no_serve:
            port = free_port() if port is None else checked_port(port)
        try:
            call_command("migrate", verbosity=0)
        except OperationalError as error:
            raise CommandError(
                f"The database can't be used: {str(error).strip()}\nCheck DATABASE_URL, and that"
                " its server runs. Without DATABASE_URL, a file beside manage.py is used."
            ) from error
        loaded = demo.load()
        demo.make_users()
        self.stdout.write(
            "Loaded the demo practice."
            if loaded
            else "The database already holds records. They were kept, and nothing was loaded."
        )
        self.stdout.write(f"Database: {connection.settings_dict['NAME']}\n\n")
        self.show_users()
        if no_serve:
            return
        self.stdout.write(
            self.style.SUCCESS(f"\nOpen http://{HOST}:{port}/ and log in as one of these.\n")
        )
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
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if is_free(port):
            return port
    raise CommandError(
        f"Ports {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} are all taken. Name a free one:"
        ' make demo ARGS="--port 9000"'
    )


def checked_port(port: int) -> int:
    if not 0 < port < 65536:
        raise CommandError(f"{port} is no port. Name one from 1024 to 65535.")
    if not is_free(port):
        raise CommandError(
            f"Port {port} is taken or not allowed, perhaps by a demo that still runs. Name another:"
            f' make demo ARGS="--port {port + 1}"'
        )
    return port
