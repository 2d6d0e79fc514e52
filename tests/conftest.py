"""The test bed, one file for each kind of thing that tests need: real servers, never stand-ins."""

pytest_plugins = ["tests.testbed.postgres"]
