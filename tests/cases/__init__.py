"""Small inputs, each with the one right value: a JSON object a line, as in `tests/cases/*.jsonl`.

    python -m tests.cases FILE …

prints what fails and last `N passed, N failed`; exit status 1 if any failed. `input` says how a case is asked:

- `call` and `text`: one of the readings in `calls.py`, for example `money.find`;
- `rest`: messages of one conversation over REST; `expected` is read by `talks.py`;
- `record`, `told`, `policy`, `spreadsheet`, `file`: knowledge as an editor writes it, see `records.py`.
"""
