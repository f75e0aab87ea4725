"""The launcher (启动器): from a bare Python 3.11 to a running town, and down again.

Two stages. `__main__` uses the standard library only: it builds `.venv` from the hashed locks and
fetches the front-end files. Then the command itself (`run`, `manage`, `test`) runs inside `.venv`.
"""
