//! Files of the field, which are not part of this repository: `BRAINMASS_DATA` is the folder that holds them.

#![expect(clippy::print_stdout, reason = "whoever runs the tests should know what was not run")]

use std::path::PathBuf;

use brainmass_datasets::{
    read_connectome, read_connectome_files, read_fc, read_matrix, read_matrix_with_missing, read_region_map,
    read_sensors,
};

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("BRAINMASS_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: BRAINMASS_DATA is not set");
    }
    folder
}

#[test]
fn tvb_connectivities() {
    let Some(data) = data() else { return };
    for (name, n, first, centre) in [
        ("connectivity_66", 66, "rBSTS", [85.821_882_1, 33.780_905_1, 43.479_953_1]),
        ("connectivity_68", 68, "r_lateralorbitofrontal", [55.964_199, 86.828_723, 26.615_948]),
        ("connectivity_76", 76, "rA1", [-9.885_591, -47.084_818, -3.139_36]),
        ("paupau", 4, "lA1", [-37.354_771, -18.847_021, 13.451_057]),
    ] {
        let connectome = read_connectome(&data.join(format!("tvb_data/connectivity/{name}.zip"))).unwrap();
        assert_eq!((connectome.n_regions(), connectome.labels()[0].as_str()), (n, first));
        let centres = connectome.centres().unwrap().value_unsafe;
        approx::assert_relative_eq!(
            centres.column(0).as_slice(),
            &centre.map(|x| x * 1e-3)[..],
            max_relative = 1e-12
        );
        // Fibres of a human brain are shorter than 0.3 m.
        let longest = connectome.tract_lengths().value_unsafe.max();
        assert!((0.01..0.3).contains(&longest), "{name}: {longest} m");
    }
    let seventy_six = read_connectome(&data.join("tvb_data/connectivity/connectivity_76.zip")).unwrap();
    approx::assert_relative_eq!(
        seventy_six.tract_lengths().value_unsafe[(0, 1)],
        0.020_330_072,
        max_relative = 1e-12
    );
}

#[test]
fn tvb_lead_field_sensors_and_region_map() {
    let Some(data) = data() else { return };
    let path = data.join("tvb_data/projectionMatrix/projection_eeg_65_surface_16k.npy");
    let gain = read_matrix_with_missing(&path).unwrap();
    let absent: Vec<usize> = (0..gain.nrows()).filter(|&row| gain[(row, 0)].is_nan()).collect();
    assert_eq!((gain.shape(), absent), ((65, 16384), vec![18, 19]));
    assert!(read_matrix(&path).unwrap_err().to_string().contains("NaN at row 18, column 0"));
    let sensors = read_sensors(&data.join("tvb_data/sensors/eeg_brainstorm_65.txt")).unwrap();
    assert_eq!((sensors.labels.len(), sensors.labels[0].as_str()), (65, "Fp1"));
    let map = data.join("tvb_data/regionMapping/regionMapping_16k_76.txt");
    let regions = read_region_map(&map, 76).unwrap();
    assert_eq!((regions.len(), regions[0]), (16384, 36));
    assert!(read_region_map(&map, 75).is_err());
}

#[test]
fn schaefer_100() {
    let Some(data) = data() else { return };
    let at = |name: &str| data.join("hcp_schaefer100/hcp").join(name);
    let connectome = read_connectome_files(
        &at("sc/group-train706/ctx_parc-schaefer-100_desc-strength.npz"),
        &at("sc/group-train706/ctx_parc-schaefer-100_desc-length.npz"),
        None,
    );
    let connectome = connectome.unwrap();
    assert_eq!((connectome.n_regions(), connectome.weights()[(0, 1)]), (100, 2374.0));
    let rest = "fc/group-train706/REST/ctx_parc-schaefer-100";
    let fc = read_fc(&at(&format!("{rest}_desc-fc.npz"))).unwrap();
    assert_eq!((fc.shape(), fc[(0, 0)]), ((100, 100), 1.0));
    // FC between hemispheres is left out of this one.
    let holes = read_fc(&at(&format!("{rest}_exc-inter_desc-fc.npz"))).unwrap_err();
    assert!(holes.to_string().contains("NaN at row 50, column 0"), "{holes}");
    let myelin = data.join("hcp_schaefer100/maps/ctx_parc-schaefer-100_desc-myelinmap_zscore.txt");
    assert_eq!(read_matrix(&myelin).unwrap().shape(), (100, 1));
}
