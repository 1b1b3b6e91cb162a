"""Tests of the scripts; no server needed."""
