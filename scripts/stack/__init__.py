"""Runs the processes of a copy of Mailout; scripts/stack.sh is the way in."""
