"""How long tests wait for what has to come, on slow and busy machines."""

SECONDS = 180
"""The most that a test waits for one thing. Nothing is asserted of times: what comes at once costs none of it."""
