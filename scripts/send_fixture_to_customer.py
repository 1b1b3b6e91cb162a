#!/usr/bin/python3
"""Sends one lead fixture to its buyer: send_fixture_to_customer.py <fixtureLeadId> [--fresh]."""

from client.leads import run

if __name__ == "__main__":
    run("Sends one lead of fixtures/leads to its buyer.", one=True)
