"""What an investor may want of us beside answers: status, own data, a person."""
