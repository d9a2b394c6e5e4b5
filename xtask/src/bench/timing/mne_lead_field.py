"""Times MNE-Python on the lead fields of `cargo xtask bench`; prints one line of JSON.

The folder named as the only argument holds sources.npy, electrodes.npy and coils.npy, metres in the frame of the
head, one position a row; without it the script says only that MNE is there.
"""

import json
import sys
import time

import mne
import numpy as np
from mne._fiff.constants import FIFF

mne.set_log_level("error")


def least(run, repeats=3):
    """The least processor time and the least wall time, in seconds."""
    times = []
    for _ in range(repeats):
        processor, wall = time.process_time(), time.perf_counter()
        run()
        times.append((time.process_time() - processor, time.perf_counter() - wall))
    return [min(column) for column in zip(*times)]


def information(kind, positions):
    names = [f"{kind}{number:03d}" for number in range(len(positions))]
    info = mne.create_info(names, 1000.0, kind)
    if kind == "eeg":
        # Without a reference electrode: potentials against infinity.
        montage = mne.channels.make_dig_montage(dict(zip(names, positions)), coord_frame="head")
        info.set_montage(montage)
        return info
    with info._unlock():
        info["dev_head_t"] = mne.transforms.Transform("meg", "head")
        for channel, position in zip(info["chs"], positions):
            outwards = position / np.linalg.norm(position)
            aside = np.cross(outwards, [0.3, 0.5, 0.7])
            aside /= np.linalg.norm(aside)
            axes = [aside, np.cross(outwards, aside), outwards]
            channel["loc"][:] = np.concatenate([position, *axes])
            channel["coil_type"] = FIFF.FIFFV_COIL_POINT_MAGNETOMETER
            channel["coord_frame"] = FIFF.FIFFV_COORD_DEVICE
    return info


def main():
    if len(sys.argv) < 2:
        print(json.dumps({"peer": "mne", "version": mne.__version__}))
        return
    load = lambda name: np.load(f"{sys.argv[1]}/{name}.npy")
    sources = load("sources")
    radius = float(np.linalg.norm(load("electrodes")[0]))
    sphere = mne.make_sphere_model(r0=(0.0, 0.0, 0.0), head_radius=radius)
    normals = np.tile([0.0, 0.0, 1.0], (len(sources), 1))
    space = mne.setup_volume_source_space(pos=dict(rr=sources, nn=normals), sphere_units="m")
    for part in space:
        part["coord_frame"] = np.array(FIFF.FIFFV_COORD_HEAD, np.int32)
    result = {"peer": "mne", "version": mne.__version__}
    for kind, file in (("eeg", "electrodes"), ("mag", "coils")):
        info = information(kind, load(file))
        found = {}

        def run():
            found["gain"] = mne.make_forward_solution(
                info, None, space, sphere, meg=kind == "mag", eeg=kind == "eeg", mindist=0.0, n_jobs=1
            )["sol"]["data"]

        run()
        assert found["gain"].shape == (len(info["chs"]), 3 * len(sources)), found["gain"].shape
        processor, wall = least(run)
        result[kind] = {"processor_s": processor, "wall_s": wall, "first": found["gain"][0, :3].tolist()}
    print(json.dumps(result))


main()
