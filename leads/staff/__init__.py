"""Who works at the desk: accounts, roles, sign-in, and the record of what was looked at and done."""
