"""Times value_and_grad of a run of brainmass (JAX): by two parameters, and by all weights.

The argument is a folder with weights.npy, lengths_mm.npy and settings.json; without one, only looks whether there is
something to time. Prints one line of JSON. All is compiled before anything is timed, on one core; the least of
several gradients counts.
"""

import importlib.util
import json
import sys
from importlib.metadata import version
from pathlib import Path

N_STEPS = 1000


def network(weights, lengths, settings, by_weights):
    """The network, with the numbers that the gradient is by as its only parameters."""
    import brainmass
    import brainstate
    import brainunit as u
    from brainstate.nn import Param
    from braintools.init import Constant

    n = len(weights)
    node = {} if by_weights else {"tau_E": Param(1.0 * u.ms)}
    noise = brainmass.OUProcess(
        n, mean=settings["drive"], sigma=settings["sigma"], tau=settings["tau_ms"] * u.ms, init=Constant(settings["drive"])
    )
    return brainmass.Network(
        brainmass.WilsonCowanStep(n, noise_E=noise, **node),
        conn=Param(weights) if by_weights else weights,
        distance=lengths * u.mm,
        speed=settings["speed_mm_per_ms"] * u.mm / u.ms,
        coupling="diffusive",
        coupled_var="rE",
        k=settings["strength"] if by_weights else Param(settings["strength"]),
        delay_init=Constant(0.0),
    )


def gradient(weights, lengths, settings, by_weights):
    """Seconds of the processor and of the wall for the derivatives of the sum of squares of all regions and steps."""
    import brainstate
    import brainunit as u
    import jax
    import numpy as np

    dt = settings["dt_ms"] * u.ms
    brainstate.environ.set(dt=dt, precision=int(settings["precision"][1:]))
    model = network(weights, lengths, settings, by_weights)
    brainstate.nn.init_all_states(model)
    parameters = model.states(brainstate.ParamState)

    def step(index):
        with brainstate.environ.context(i=index, t=index * dt):
            model.update()
        return (model.node.rE.value**2).sum()

    def cost():
        return brainstate.transform.for_loop(step, np.arange(N_STEPS)).sum()

    @brainstate.transform.jit
    def both():
        return brainstate.transform.grad(cost, parameters, return_value=True)()

    def run():
        slopes, _ = jax.block_until_ready(both())
        flat = np.concatenate([np.ravel(slope) for slope in jax.tree.leaves(slopes)])
        assert np.isfinite(flat).all() and np.abs(flat).max() > 0, "no gradient"
        return flat.size

    n_slopes = run()
    processor, wall = least(run)
    return {"by": n_slopes, "ms": 1e3 * processor, "wall_ms": 1e3 * wall}


def main():
    if not importlib.util.find_spec("brainmass"):
        sys.exit("this interpreter has no brainmass")
    if len(sys.argv) == 1:
        return
    import numpy as np

    folder = Path(sys.argv[1])
    weights, lengths = (np.load(folder / name) for name in ("weights.npy", "lengths_mm.npy"))
    settings = json.loads((folder / "settings.json").read_text())
    timed = [gradient(weights, lengths, settings, by_weights) for by_weights in (False, True)]
    print(json.dumps({"version": version("brainmass"), "timed": timed}))


main()
