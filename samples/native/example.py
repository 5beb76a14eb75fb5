"""Learned models from Python, without a package: example.py FOLDER MODEL, where src/Unrolled.Native/build made FOLDER."""
import ctypes
import json
import os
import sys

DOUBLES, FLOATS = ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_float)
PRODUCT = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int32, DOUBLES, DOUBLES, ctypes.c_void_p)


class Outcome(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("termination", "steps", "evaluations", "products", "fallbacks")] + [
        ("residual", ctypes.c_double), ("relative_residual", ctypes.c_double)]


class Library:
    """The functions of unrolled.h; a status other than 0 is an exception."""

    def __init__(self, folder):
        suffix = "dylib" if sys.platform == "darwin" else "so"
        self.functions = ctypes.CDLL(os.path.join(folder, "libunrolled." + suffix))
        self.functions.unrolled_last_error.restype = ctypes.c_char_p
        self.functions.unrolled_close.restype = None

    def call(self, name, *arguments):
        status = getattr(self.functions, "unrolled_" + name)(*arguments)
        text = self.functions.unrolled_last_error().decode()
        if status != 0:
            raise RuntimeError(f"{name}: {text} (status {status})")
        return text


class Model:
    def __init__(self, library, path):
        self.library, self.handle = library, ctypes.c_void_p()
        library.call("open", path.encode(), ctypes.byref(self.handle))

    def close(self):
        self.library.functions.unrolled_close(self.handle)
        self.handle = ctypes.c_void_p()

    def call(self, name, *arguments):
        return self.library.call(name, self.handle, *arguments)

    def describe(self):
        length = ctypes.c_int32()
        self.call("describe", None, 0, ctypes.byref(length))
        text = ctypes.create_string_buffer(length.value + 1)
        self.call("describe", text, len(text), None)
        return json.loads(text.value)

    def integrate(self, parameters, y, horizon, steps):
        p, state = (ctypes.c_double * len(parameters))(*parameters), (ctypes.c_double * len(y))(*y)
        note = self.call("integrate", len(p), p, len(state), state, ctypes.c_double(0), ctypes.c_double(horizon), steps, None, None)
        return list(state), note

    def solve_linear(self, apply, b, tolerance, properties=0):
        """Solves A x = b; apply takes a list x and returns A x."""
        failure = []

        def product(size, x, y, context):
            try:
                for i, value in enumerate(apply(x[:size])):
                    y[i] = value
                return 0
            except Exception as error:  # nothing may be thrown through C
                failure.append(error)
                return 1

        n, outcome = len(b), Outcome()
        x, right = (ctypes.c_double * n)(), (ctypes.c_double * n)(*b)
        try:
            self.call("solve_linear", n, PRODUCT(product), None, properties, None, right, ctypes.c_double(tolerance), 0, x, ctypes.byref(outcome))
        except RuntimeError as error:
            raise failure[0] if failure else error
        return list(x), outcome

    def denoise(self, rows, columns, sigma, values):
        field = (ctypes.c_float * (rows * columns))(*values)
        self.call("denoise", rows, columns, ctypes.c_double(sigma), field)
        return list(field)

    def predict(self, examples, labels, queries):
        bits = len(examples[0])
        predictions, determined = (ctypes.c_uint8 * len(queries))(), (ctypes.c_uint8 * len(queries))()
        wrong = ctypes.c_int32()
        flat = lambda rows: bytes(bit for row in rows for bit in row)
        self.call("predict", bits, len(examples), flat(examples), bytes(labels), len(queries), flat(queries), predictions, determined, ctypes.byref(wrong))
        return list(predictions), list(determined), wrong.value


def main(folder, path):
    model = Model(Library(folder), path)
    description = model.describe()
    method = description["method"]
    print(method)
    if method == "runge-kutta":
        y, note = model.integrate([1.5], [1.25, -0.5], description["horizon"], description["steps"])
        print(repr(y[0]), repr(y[1]), note)
    elif method == "krylov":
        # second differences, scaled to a diagonal of 1
        apply = lambda x: [x[i] - 0.5 * ((x[i - 1] if i > 0 else 0) + (x[i + 1] if i + 1 < len(x) else 0)) for i in range(len(x))]
        x, outcome = model.solve_linear(apply, [1.0 / (i + 1) for i in range(20)], 1e-10)
        print(repr(x[0]), repr(x[10]), outcome.steps, repr(outcome.relative_residual))
    elif method == "diffusion-network":
        clean = model.denoise(8, 12, 0.1, [((7 * i) % 11) / 10 for i in range(96)])
        print(*(repr(value) for value in clean[:4]))
    elif method == "recurrent-convolution":
        examples = [[(i >> j) & 1 for j in range(4)] for i in (1, 2, 4, 7)]
        print(*model.predict(examples, [1, 0, 1, 0], [[1, 0, 1, 0], [0, 0, 0, 1]]))
    model.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
