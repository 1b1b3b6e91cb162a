#!/usr/bin/python3
"""Sends every lead fixture to its buyer: send_all_fixtures_to_customer.py [--fresh]."""

from client.leads import run

if __name__ == "__main__":
    run("Sends every lead of fixtures/leads to its buyer.", one=False)
