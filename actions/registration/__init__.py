"""The lead form: what it asks, how answers are read, how it goes on through side questions."""
