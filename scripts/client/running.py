"""A running copy of Mailout as the scripts see it: its addresses, its logins, its customers' CSV."""

from __future__ import annotations

import time
from pathlib import Path

from client.api import Client, Refused
from stack import accounts
from stack import settings as settings_module
from stack.state import State

FINAL = {"sent", "delivered", "rejected", "failed", "expired", "cancelled"}
ZONES = ("Europe/Moscow", "Europe/Kaliningrad", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok", "UTC")
FIRST = ("Anna", "Boris", "Clara", "Dmitri", "Elena", "Fjodor", "Galina", "Ivan", "Karin", "")
LAST = ("Adler", "Bondarenko", "Chernova", "Durand", "Egorova", "Fischer", "Gusev")
CITIES = ("Moscow", "Kaliningrad", "Yekaterinburg", "Novosibirsk", "Vladivostok", "London")


class Copy:
    def __init__(self, environment: dict[str, str]):
        self.settings = settings_module.read(environment)
        self.state = State(self.settings.state)
        self.endpoints = self.state.read_json("endpoints.json", {})
        self.password = accounts.admin_password(self.settings, self.state)
        self.address = self.endpoints.get("gateway address")
        self.fake = self.endpoints.get("fake-provider address")

    def client(self) -> Client:
        if not self.address:
            raise Refused("nothing is running here: make up starts everything")
        client = Client(self.address)
        client.log_in("admin", self.password)
        return client

    def fake_stats(self) -> dict | None:
        """What the fake send API has counted since its start; None when a real one is in use."""
        return Client(self.fake).get("/fake/stats") if self.fake else None

    def log_files(self) -> str:
        return f"{self.state.log}/*.log"


def write_csv(path: Path, count: int, tag: str) -> int:
    """`count` customers, the same ones each time; returns how many have the tag: 60 of 100, spread evenly."""
    tagged = 0
    with open(path, "w", encoding="utf-8") as file:
        file.write("phone,email,first_name,last_name,timezone,tags,city,plan\n")
        for number in range(count):
            first, last, place = FIRST[number % 10], LAST[number % 7], number % 6
            chosen = number % 5 < 3
            tagged += chosen
            tags = f"demo;{tag}" if chosen else "demo"
            plan = "gold" if number % 4 == 0 else "basic"
            file.write(f"7916{number:07d},customer{number}@example.com,{first},{last},{ZONES[place]},{tags},{CITIES[place]},{plan}\n")
    return tagged


def write_customers(path: Path, count: int, tag: str) -> None:
    """`count` customers, the same ones each time, all with the tag."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("phone,first_name,timezone,tags\n")
        file.writelines(f"7917{number:07d},{FIRST[number % 10]},{ZONES[number % 6]},{tag}\n" for number in range(count))


def order(name: str, text: str, tags: list[str], delay: float = 0) -> dict:
    """A mailout's fields: starts after `delay` seconds, ends an hour later."""
    return order_at(time.time() + delay, name, text, tags)


def order_at(start: float, name: str, text: str, tags: list[str]) -> dict:
    """The same with a start at that instant, in seconds since 1970."""
    return {"name": name, "text": text, "start_at": rfc3339(start), "end_at": rfc3339(start + 3600), "filter": {"tags": tags}}


def rfc3339(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


def final_count(statistics: dict) -> int:
    return sum(count for status, count in statistics.get("counts", {}).items() if status in FINAL)
