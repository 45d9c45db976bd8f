"""What runs inside the Rasa server: NLU graph components and channels."""
