//! Electrodes by name, helmets, references, surfaces, silent regions.

use brainmass_core::units::dimension::Volt;
use brainmass_core::units::{Meter, SI, mm, ms};
use brainmass_core::{ObservationModel, TimeSeries, conformance};
use brainmass_forward::{
    ComponentOrder, Eeg, ElectrodeSystem, Frame, Helmet, Points, Reference, RegionMap, Rereference,
    SphereModel, Surface, numbered,
};
use nalgebra::{DMatrix, Vector3, dmatrix};
use proptest::prelude::*;

use crate::common::{noise, sampling};

/// The names of the 10–05 system in the electrode file that Oostenveld made for a template head (335 of 345: that file
/// has no row `NFp`, no N1, N1h, N2h, N2, and calls Nz the nasion).
const PUBLISHED: &str = "\
    Fp1 Fpz Fp2 AF9 AF7 AF5 AF3 AF1 AFz AF2 AF4 AF6 AF8 AF10 F9 F7 F5 F3 F1 Fz F2 F4 F6 F8 F10 FT9 FT7 \
    FC5 FC3 FC1 FCz FC2 FC4 FC6 FT8 FT10 T9 T7 C5 C3 C1 Cz C2 C4 C6 T8 T10 TP9 TP7 CP5 CP3 CP1 CPz CP2 \
    CP4 CP6 TP8 TP10 P9 P7 P5 P3 P1 Pz P2 P4 P6 P8 P10 PO9 PO7 PO5 PO3 PO1 POz PO2 PO4 PO6 PO8 PO10 O1 \
    Oz O2 I1 Iz I2 AFp9h AFp7h AFp5h AFp3h AFp1h AFp2h AFp4h AFp6h AFp8h AFp10h AFF9h AFF7h AFF5h AFF3h \
    AFF1h AFF2h AFF4h AFF6h AFF8h AFF10h FFT9h FFT7h FFC5h FFC3h FFC1h FFC2h FFC4h FFC6h FFT8h FFT10h \
    FTT9h FTT7h FCC5h FCC3h FCC1h FCC2h FCC4h FCC6h FTT8h FTT10h TTP9h TTP7h CCP5h CCP3h CCP1h CCP2h \
    CCP4h CCP6h TTP8h TTP10h TPP9h TPP7h CPP5h CPP3h CPP1h CPP2h CPP4h CPP6h TPP8h TPP10h PPO9h PPO7h \
    PPO5h PPO3h PPO1h PPO2h PPO4h PPO6h PPO8h PPO10h POO9h POO7h POO5h POO3h POO1h POO2h POO4h POO6h \
    POO8h POO10h OI1h OI2h Fp1h Fp2h AF9h AF7h AF5h AF3h AF1h AF2h AF4h AF6h AF8h AF10h F9h F7h F5h F3h \
    F1h F2h F4h F6h F8h F10h FT9h FT7h FC5h FC3h FC1h FC2h FC4h FC6h FT8h FT10h T9h T7h C5h C3h C1h C2h \
    C4h C6h T8h T10h TP9h TP7h CP5h CP3h CP1h CP2h CP4h CP6h TP8h TP10h P9h P7h P5h P3h P1h P2h P4h P6h \
    P8h P10h PO9h PO7h PO5h PO3h PO1h PO2h PO4h PO6h PO8h PO10h O1h O2h I1h I2h AFp9 AFp7 AFp5 AFp3 AFp1 \
    AFpz AFp2 AFp4 AFp6 AFp8 AFp10 AFF9 AFF7 AFF5 AFF3 AFF1 AFFz AFF2 AFF4 AFF6 AFF8 AFF10 FFT9 FFT7 \
    FFC5 FFC3 FFC1 FFCz FFC2 FFC4 FFC6 FFT8 FFT10 FTT9 FTT7 FCC5 FCC3 FCC1 FCCz FCC2 FCC4 FCC6 FTT8 \
    FTT10 TTP9 TTP7 CCP5 CCP3 CCP1 CCPz CCP2 CCP4 CCP6 TTP8 TTP10 TPP9 TPP7 CPP5 CPP3 CPP1 CPPz CPP2 \
    CPP4 CPP6 TPP8 TPP10 PPO9 PPO7 PPO5 PPO3 PPO1 PPOz PPO2 PPO4 PPO6 PPO8 PPO10 POO9 POO7 POO5 POO3 \
    POO1 POOz POO2 POO4 POO6 POO8 POO10 OI1 OIz OI2";

fn head() -> SphereModel {
    SphereModel::four_shells(mm(90.0)).unwrap()
}

fn direction(points: &Points, name: &str) -> Vector3<f64> {
    let place = points.names().iter().position(|known| known == name).unwrap();
    let positions = points.positions().value_unsafe;
    Vector3::new(positions[(0, place)], positions[(1, place)], positions[(2, place)]) / 0.09
}

#[test]
fn names_are_the_published_ones() {
    let all = ElectrodeSystem::TenFive.on(&head()).unwrap();
    assert_eq!(all.names().len(), 345);
    for name in PUBLISHED.split_whitespace() {
        assert!(all.names().iter().any(|known| known == name), "{name}");
    }
    let others: Vec<&str> = all
        .names()
        .iter()
        .map(String::as_str)
        .filter(|name| !PUBLISHED.split_whitespace().any(|known| known == *name))
        .collect();
    assert_eq!(others.join(" "), "Nz N1h NFp1h NFpz NFp2h N2h N1 NFp1 NFp2 N2");
    // Chatrian's 81 in steps of 10 %.
    let coarse = ElectrodeSystem::TenTen.on(&head()).unwrap();
    let row = |letters: &str| {
        coarse
            .names()
            .iter()
            .filter(|name| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == 'z') == letters)
            .count()
    };
    let counts = ["N", "Fp", "AF", "F", "FC", "FT", "C", "T", "CP", "TP", "P", "PO", "O", "I"].map(row);
    assert_eq!(counts, [3, 3, 7, 11, 7, 4, 7, 4, 7, 4, 11, 7, 3, 3]);
    let oldest = ElectrodeSystem::by_name("10-20").unwrap().on(&head()).unwrap();
    assert_eq!(oldest.names().join(" "), "Fp1 Fpz Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 Oz O2");
    assert!(ElectrodeSystem::by_name("10-5").is_err());
}

/// From the definition: parts of arcs of 180°.
#[test]
fn electrodes_stand_where_they_are_defined() {
    let all = ElectrodeSystem::TenFive.on(&head()).unwrap();
    let at = |name: &str| direction(&all, name);
    let degrees = |a: &str, b: &str| at(a).dot(&at(b)).clamp(-1.0, 1.0).acos().to_degrees();
    for name in all.names().iter() {
        approx::assert_relative_eq!(at(name).norm(), 1.0, max_relative = 1e-14);
    }
    approx::assert_relative_eq!(at("Cz"), Vector3::z(), epsilon = 1e-15);
    approx::assert_relative_eq!(at("Nz"), Vector3::y(), epsilon = 1e-15);
    approx::assert_relative_eq!(at("T9"), -Vector3::x(), epsilon = 1e-15);
    for (a, b, expected) in [
        ("Nz", "Fpz", 18.0),
        ("Fpz", "Fz", 36.0),
        ("Fz", "Cz", 36.0),
        ("Cz", "Pz", 36.0),
        ("Pz", "Oz", 36.0),
        ("Oz", "Iz", 18.0),
        ("T7", "C3", 36.0),
        ("C3", "Cz", 36.0),
        ("C1h", "Cz", 9.0),
        ("T7", "T9", 18.0),
        ("AFz", "AFFz", 9.0),
    ] {
        assert!((degrees(a, b) - expected).abs() < 1e-10, "{a}, {b}: {}", degrees(a, b));
    }
    // Halfway along the arc between its neighbours, and at half the chord on either side.
    assert!((degrees("F7", "F3") - degrees("F3", "Fz")).abs() < 1e-10);
    assert!((degrees("PO7", "PO3") - degrees("PO3", "POz")).abs() < 1e-10);
    // All three points of a row and what lies between are in one plane.
    let normal = (at("F7") - at("Fz")).cross(&(at("F8") - at("Fz")));
    assert!((at("F5h") - at("Fz")).dot(&normal).abs() < 1e-15);
    // The right is the left mirrored; the nose is in front, and Fp1 10 % of the half ring beside Fpz.
    for (left, right) in [("P3", "P4"), ("TTP7h", "TTP8h"), ("I1", "I2"), ("FC5", "FC6"), ("AFF9h", "AFF10h")]
    {
        let mirrored = Vector3::new(-at(left).x, at(left).y, at(left).z);
        assert_eq!(mirrored, at(right), "{left}");
        assert!(at(left).x < 0.0);
    }
    let azimuth = |name: &str| f64::atan2(-at(name).x, at(name).y).to_degrees();
    approx::assert_relative_eq!(azimuth("Fp1"), 18.0, max_relative = 1e-12);
    approx::assert_relative_eq!(azimuth("O1"), 162.0, max_relative = 1e-12);
    let elsewhere = ElectrodeSystem::TenTwenty.on(&head().in_frame(Frame::tvb())).unwrap_err();
    assert_eq!(elsewhere.to_string(), "frame of a head with electrodes: expected `head`, found `tvb`");
}

#[test]
fn helmets_cover_their_cap() {
    let helmet = Helmet { n_places: 300, gap: mm(25.0), cap_degrees: 90.0 };
    let places = helmet.over(&head()).unwrap();
    assert_eq!(places, helmet.over(&head()).unwrap());
    let points = places.places().points();
    let (positions, normals) = (points.positions().value_unsafe, places.places().orientations());
    for k in 0..300 {
        approx::assert_relative_eq!(positions.column(k).norm(), 0.115, max_relative = 1e-14);
        assert!((positions.column(k) - normals.column(k) * 0.115).amax() < 1e-16);
        assert!(places.tangents().column(k).dot(&normals.column(k)).abs() < 1e-15 && positions[(2, k)] > 0.0);
    }
    // Evenly: the nearest neighbours of all are about as far as in a lattice of triangles, √(2 area/√3).
    let apart = (2.0 * std::f64::consts::TAU * 0.115f64.powi(2) / 300.0 / 3f64.sqrt()).sqrt();
    for k in 0..300 {
        let others = (0..300).filter(|j| *j != k).map(|j| (positions.column(k) - positions.column(j)).norm());
        let nearest = others.fold(f64::INFINITY, f64::min);
        assert!((0.6 * apart..1.3 * apart).contains(&nearest), "{k}: {nearest} of {apart}");
    }
    assert!(Helmet { n_places: 0, ..helmet }.over(&head()).is_err());
    assert!(Helmet { gap: mm(0.0), ..helmet }.over(&head()).is_err());
    let error = Helmet { cap_degrees: 200.0, ..helmet }.over(&head()).unwrap_err().to_string();
    assert_eq!(
        error,
        "angle of the helmet from vertex to rim: 200, but it must be above 0 and at most 180 degrees"
    );
}

fn references() -> [Reference; 3] {
    [
        Reference::Average,
        Reference::Electrode("2".to_owned()),
        Reference::Linked("0".to_owned(), "3".to_owned()),
    ]
}

#[test]
fn references_keep_the_contract() {
    for reference in references() {
        let model = Rereference::<Volt>::to(reference);
        conformance::observation("reference", &model, &sampling(5, ms(1.0)), 60).unwrap();
        conformance::rest("reference", &model, &sampling(5, ms(1.0)), 60).unwrap();
        conformance::linear("reference", &model, &sampling(5, ms(1.0)), 60).unwrap();
        conformance::pullback("reference", &model, &sampling(5, ms(1.0)), 20).unwrap();
    }
    let refused = |reference| {
        Rereference::<Volt>::to(reference).observer(&sampling(2, ms(1.0))).unwrap_err().to_string()
    };
    assert_eq!(
        refused(Reference::Electrode("Cz".to_owned())),
        "unknown reference electrode `Cz`; there are: 0, 1"
    );
    assert!(
        refused(Reference::Infinity).starts_with("reference at infinity: no recording can be brought to it")
    );
}

proptest! {
    /// Twice is once, to rounding; a lead field that is referenced records what is referenced afterwards; and what the
    /// reference was before does not matter.
    #[test]
    fn references_are_idempotent_and_commute_with_lead_fields(which in 0..3_usize, other in 0..3_usize, seed in 0..100_u32) {
        let reference = references()[which].clone();
        let gain = noise(5, 3, ms(1.0)).values() * (1.0 + f64::from(seed));
        let eeg = Eeg::new(SI::new(gain), numbered(5), numbered(3)).unwrap();
        let once = eeg.referenced(reference.clone()).unwrap();
        prop_assert_eq!(once.reference(), &reference);
        let rounding = 1e-14 * eeg.gain().value_unsafe.amax();
        let close = |a: &Eeg, b: &Eeg| (a.gain().value_unsafe - b.gain().value_unsafe).amax() < rounding;
        prop_assert!(close(&once.referenced(reference.clone()).unwrap(), &once));
        let detour = eeg.referenced(references()[other].clone()).unwrap().referenced(reference.clone()).unwrap();
        prop_assert!(close(&detour, &once));
        let dipoles = noise(3, 20, ms(1.0)).times(SI::new(1.0)).unwrap();
        let before: TimeSeries<Volt> = once.observe(&dipoles).unwrap();
        let after = eeg.then(Rereference::to(reference)).observe(&dipoles).unwrap();
        prop_assert!((before.values() - after.values()).amax() < 100.0 * rounding);
    }
}

#[test]
fn a_referenced_lead_field_does_not_go_back() {
    let eeg = Eeg::new(SI::new(dmatrix![1.0; 2.0]), numbered(2), numbered(1)).unwrap();
    assert_eq!(eeg.referenced(Reference::Infinity).unwrap().reference(), &Reference::Infinity);
    let averaged = eeg.referenced(Reference::Average).unwrap();
    assert!(averaged.referenced(Reference::Infinity).is_err());
    assert_eq!(averaged.of_potentials(SI::new(2.0)).unwrap().reference(), &Reference::Average);
    // A lead field from a file is what its maker says.
    assert_eq!(eeg.known_as(Reference::Average).reference(), &Reference::Average);
}

/// An octahedron of side a = √2: eight triangles of √3/4 a², six vertices with four of them each.
#[test]
fn normals_of_an_octahedron_are_its_corners() {
    let corners = dmatrix![
        1.0, -1.0, 0.0, 0.0, 0.0, 0.0;
        0.0, 0.0, 1.0, -1.0, 0.0, 0.0;
        0.0, 0.0, 0.0, 0.0, 1.0, -1.0];
    let triangles =
        vec![[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]];
    let surface = Surface::new(Meter::new(corners.clone()), triangles).unwrap();
    assert!((surface.vertex_normals().unwrap() - &corners).amax() < 1e-15);
    let areas = surface.vertex_areas().value_unsafe;
    for area in &areas {
        approx::assert_relative_eq!(*area, 4.0 * 3f64.sqrt() / 2.0 / 3.0, max_relative = 1e-14);
    }
    let text = |result: brainmass_core::Result<Surface>| result.unwrap_err().to_string();
    assert_eq!(
        text(Surface::new(Meter::new(corners.clone()), vec![[0, 1, 6]])),
        "corner of triangle 0: 6, but it must be below the number of vertices, 6"
    );
    let lonely = Surface::new(Meter::new(corners), vec![[0, 2, 4]]).unwrap();
    assert_eq!(
        lonely.vertex_normals().unwrap_err().to_string(),
        "area around vertex 1: 0 m^2, but it must be above zero and finite"
    );
}

#[test]
fn regions_without_vertices_are_silent_and_reported() {
    let regions = ["cortex", "thalamus", "insula"].map(str::to_owned).to_vec();
    let (map, silent) = RegionMap::with_silent_regions(&[0, 2, 2], regions.clone()).unwrap();
    assert_eq!(silent, ["thalamus"]);
    let vertices = Eeg::new(SI::new(dmatrix![1.0, 2.0, 4.0]), numbered(1), numbered(3)).unwrap();
    assert_eq!(vertices.reduced(&map).unwrap().gain().value_unsafe, &dmatrix![1.0, 0.0, 6.0]);
    // Shared among the vertices of a region; the silent stay silent.
    let shared = map.averaged_where_present().unwrap();
    assert_eq!(vertices.reduced(&shared).unwrap().gain().value_unsafe, &dmatrix![1.0, 0.0, 3.0]);
    assert!(RegionMap::with_silent_regions(&[0, 3], regions).is_err());
}

/// Reducing three components for each vertex, then choosing a direction for each region, is choosing it for all vertices.
#[test]
fn free_orientations_are_reduced_by_component() {
    let free = noise(4, 9, ms(1.0)).values().clone();
    let eeg = Eeg::new(SI::new(free), numbered(4), numbered(9)).unwrap();
    let map = RegionMap::new(&[0, 1, 0], ["a", "b"].map(str::to_owned).to_vec()).unwrap();
    for order in [ComponentOrder::Blocks, ComponentOrder::PerVertex] {
        let regional = eeg.reduced(&map.per_component(order).unwrap()).unwrap();
        let (a, b) = (Vector3::new(0.6, 0.0, 0.8), Vector3::new(0.0, 1.0, 0.0));
        let columns = |list: &[Vector3<f64>]| DMatrix::from_fn(3, list.len(), |k, j| list[j][k]);
        let one = regional.with_fixed_orientations(&columns(&[a, b]), order).unwrap();
        let other = eeg.with_fixed_orientations(&columns(&[a, b, a]), order).unwrap().reduced(&map).unwrap();
        assert!((one.gain().value_unsafe - other.gain().value_unsafe).amax() < 1e-14);
    }
    let names = map.per_component(ComponentOrder::PerVertex).unwrap();
    assert_eq!(names.regions().join(","), "a x,a y,a z,b x,b y,b z");
}

#[test]
fn absent_channels_may_be_kept_silent() {
    let gain = SI::new(dmatrix![1.0, 2.0; f64::NAN, 1.0]);
    let channels = ["Fz", "Iz"].map(str::to_owned).to_vec();
    let (eeg, absent) = Eeg::with_silent_channels(gain, channels, numbered(2)).unwrap();
    assert_eq!((absent.join(","), eeg.gain().value_unsafe), ("Iz".to_owned(), &dmatrix![1.0, 2.0; 0.0, 0.0]));
}
