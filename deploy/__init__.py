"""What installs, trains, starts and talks to the assistant; no room imports it."""
