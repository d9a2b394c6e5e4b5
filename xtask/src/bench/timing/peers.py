"""Times one step of brainmass (JAX) or neurolib (Numba), whichever this interpreter has.

The argument is a folder with weights.npy, lengths_mm.npy and settings.json; without one, only looks whether there
is something to time. Prints one line of JSON; `null` where the simulator does not have the precision. All is compiled
before anything is timed, on one core; the least of several runs counts.
"""

import importlib.util
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np


def brainmass_steps(weights, lengths, settings):
    """The loop over steps stands in one compiled function; `Simulator.run` of this library compiles at each call."""
    import brainmass
    import brainstate
    import brainunit as u
    import jax
    from braintools.init import Constant

    n, n_steps = len(weights), settings["n_steps"]
    dt = settings["dt_ms"] * u.ms
    brainstate.environ.set(dt=dt, precision=int(settings["precision"][1:]))
    noise = brainmass.OUProcess(
        n, mean=settings["drive"], sigma=settings["sigma"], tau=settings["tau_ms"] * u.ms, init=Constant(settings["drive"])
    )
    network = brainmass.Network(
        brainmass.WilsonCowanStep(n, noise_E=noise),
        conn=weights,
        distance=lengths * u.mm,
        speed=settings["speed_mm_per_ms"] * u.mm / u.ms,
        coupling="diffusive",
        coupled_var="rE",
        k=settings["strength"],
        delay_init=Constant(0.0),
    )
    brainstate.nn.init_all_states(network)

    def step(index):
        with brainstate.environ.context(i=index, t=index * dt):
            network.update()
        return network.node.rE.value.mean()

    @brainstate.transform.jit
    def loop():
        return brainstate.transform.for_loop(step, np.arange(n_steps))

    def run():
        means = jax.block_until_ready(loop())
        assert np.isfinite(np.asarray(means)).all()

    run()
    processor, wall = least(run)
    found = str(network.node.rE.value.dtype)
    assert found == {"f32": "float32", "f64": "float64"}[settings["precision"]], found
    return processor / n_steps, wall / n_steps, "exponential Euler"


def neurolib_steps(weights, lengths, settings):
    """A long run less a short one, so that what is made once a run does not count."""
    from neurolib.models.wc import WCModel

    def runner(n_steps):
        model = WCModel(Cmat=weights, Dmat=lengths, seed=1)
        model.params.update(
            dt=settings["dt_ms"],
            duration=n_steps * settings["dt_ms"],
            signalV=settings["speed_mm_per_ms"],
            K_gl=settings["strength"],
            exc_ou_mean=settings["drive"],
            sigma_ou=settings["sigma"],
            tau_ou=settings["tau_ms"],
        )

        def run():
            model.run()
            assert np.isfinite(model.output).all()

        return run

    n_steps = settings["n_steps"]
    short, long = runner(n_steps // 4), runner(n_steps)
    short()
    differences = [(b - a) / (n_steps - n_steps // 4) for a, b in zip(least(short), least(long))]
    return *differences, "Euler"


def main():
    peers = {"brainmass": brainmass_steps, "neurolib": neurolib_steps}
    found = [name for name in peers if importlib.util.find_spec(name)]
    if not found:
        sys.exit("this interpreter has neither brainmass nor neurolib")
    if len(sys.argv) == 1:
        return
    folder = Path(sys.argv[1])
    weights, lengths = (np.load(folder / name) for name in ("weights.npy", "lengths_mm.npy"))
    settings = json.loads((folder / "settings.json").read_text())
    if found[0] == "neurolib" and settings["precision"] == "f32":
        print("null")
        return
    processor, wall, scheme = peers[found[0]](weights, lengths, settings)
    report = {
        "peer": found[0],
        "version": version(found[0]),
        "precision": settings["precision"],
        "scheme": scheme,
        "us_per_step": 1e6 * processor,
        "wall_us_per_step": 1e6 * wall,
    }
    print(json.dumps(report))


main()
