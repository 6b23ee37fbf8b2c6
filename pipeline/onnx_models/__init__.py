"""Models in ONNX that the user has in a folder: their files and the runtime. Nothing is downloaded."""
