"""One turn: the message read, what is remembered, the reply and its envelope, the log."""
