//! Computed lead fields of an experiment: which head, where its sensors are, what potentials refer to.

use brainmass_core::units::dimension::{Dimensionless, Tesla, TeslaPerMeter};
use brainmass_core::units::{Meter, mm, siemens_per_meter};
use brainmass_core::{Connectome, Error, Result};
use brainmass_forward::{
    CoilPlaces, ElectrodeSystem, Frame, Helmet, MegSensors, OrientedPoints, PickUp, Points, Reference,
    RigidTransform, SphereModel,
};
use nalgebra::{DMatrix, Vector3};

use super::section::Section;

/// The radius of the built-in heads.
const HEAD_RADIUS: Meter = mm(90.0);
/// How many sensors there are unless the file says where.
const N_SENSORS: usize = 32;
/// Electrodes spread over the upper half, unless a system is named.
const UPPER_HALF: Helmet = Helmet { n_places: N_SENSORS, gap: mm(30.0), cap_degrees: 90.0 };

/// The names that `lead_field` may have in the place of a file.
const HEADS: [&str; 3] = ["sphere", "three_shells", "four_shells"];

/// The head with a name; `None` for any other word, which is then a file.
pub(super) fn head(name: &str) -> Result<Option<SphereModel>> {
    Ok(Some(match name {
        "sphere" => SphereModel::homogeneous(HEAD_RADIUS, siemens_per_meter(0.33))?,
        "three_shells" => SphereModel::rush_driscoll(HEAD_RADIUS)?,
        "four_shells" => SphereModel::four_shells(HEAD_RADIUS)?,
        _ => return Ok(None),
    }))
}

/// What a path that is not there may have been meant as.
pub(super) fn known_heads() -> String {
    HEADS.join(", ")
}

/// Electrodes of a system by name, or 32 over the upper half.
pub(super) fn electrodes(section: &Section<'_>, head: &SphereModel) -> Result<Points> {
    if let Some(system) = section.text("sensors")? {
        return ElectrodeSystem::by_name(system)?.on(head);
    }
    // The directions of a helmet, brought down to the scalp.
    let places = UPPER_HALF.over(head)?.places().orientations() * HEAD_RADIUS.value_unsafe;
    let names: Vec<String> = (1..=N_SENSORS).map(|number| format!("E{number:02}")).collect();
    Points::new(names, Meter::new(places))
}

/// What the coils of an MEG are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coils {
    Magnetometers,
    AxialGradiometers,
    PlanarGradiometers,
}

impl Coils {
    /// Those that `coils` names; magnetometers without it.
    pub(super) fn of(section: &Section<'_>) -> Result<Self> {
        let known = ["magnetometers", "axial_gradiometers", "planar_gradiometers"];
        match section.text("coils")? {
            None | Some("magnetometers") => Ok(Self::Magnetometers),
            Some("axial_gradiometers") => Ok(Self::AxialGradiometers),
            Some("planar_gradiometers") => Ok(Self::PlanarGradiometers),
            Some(other) => Err(Error::unknown("kind of coils", other, known)),
        }
    }
}

/// Magnetometers of a helmet.
pub(super) fn magnetometers(section: &Section<'_>, head: &SphereModel) -> Result<MegSensors<Tesla>> {
    MegSensors::magnetometers(&helmet(section, head)?, pick_up(section)?)
}

/// Gradiometers of a helmet; baselines are those of CTF's and Neuromag's systems unless the file says otherwise.
pub(super) fn gradiometers(
    section: &Section<'_>,
    head: &SphereModel,
    coils: Coils,
) -> Result<MegSensors<TeslaPerMeter>> {
    let (places, pick_up, baseline) =
        (helmet(section, head)?, pick_up(section)?, section.single("baseline")?);
    if coils == Coils::AxialGradiometers {
        MegSensors::axial_gradiometers(&places, pick_up, baseline.unwrap_or(mm(50.0)))
    } else {
        MegSensors::planar_gradiometers(&places, pick_up, baseline.unwrap_or(mm(16.8)))
    }
}

/// The loop of each coil: a point unless it has a side.
fn pick_up(section: &Section<'_>) -> Result<PickUp> {
    let (side, count) = (section.single("coil_side")?, section.whole("coil_points")?);
    match (side, count) {
        (None, None) => Ok(PickUp::Point),
        (None, Some(_)) => {
            Err(section.error("coil_points", "needs coil_side_mm: a coil without a side is a point"))
        }
        (Some(side), Some(4)) => Ok(PickUp::SquareOf4(side)),
        (Some(side), None | Some(9)) => Ok(PickUp::SquareOf9(side)),
        (_, Some(other)) => Err(section.error("coil_points", format!("must be 4 or 9, but is {other}"))),
    }
}

/// Places of coils spread over a helmet.
fn helmet(section: &Section<'_>, head: &SphereModel) -> Result<CoilPlaces> {
    let n_places = match section.whole("helmet_places")? {
        None => UPPER_HALF.n_places,
        Some(count) => match usize::try_from(count) {
            Ok(count @ 1..=10_000) => count,
            _ => return Err(section.error("helmet_places", format!("must be 1 to 10000, but is {count}"))),
        },
    };
    let gap = section.single("helmet_gap")?.unwrap_or(UPPER_HALF.gap);
    let cap = section.single::<Dimensionless>("helmet_cap_degrees")?;
    let cap_degrees = cap.map_or(UPPER_HALF.cap_degrees, |cap| cap.value_unsafe);
    Helmet { n_places, gap, cap_degrees }.over(head)
}

/// The reference by its name: `average`, `none`, an electrode, or two joined by a plus; without a name the usual one.
pub(super) fn reference(section: &Section<'_>, channels: &[String], usual: Reference) -> Result<Reference> {
    let electrode = |name: &str| {
        let known = || ["average", "none"].into_iter().map(str::to_owned).chain(channels.iter().cloned());
        if channels.iter().any(|channel| channel == name) {
            Ok(name.to_owned())
        } else {
            Err(Error::unknown("reference", name, known()))
        }
    };
    match section.text("reference")? {
        None => Ok(usual),
        Some("average") => Ok(Reference::Average),
        Some("none") => Ok(Reference::Infinity),
        Some(other) => match other.split_once('+') {
            Some((one, two)) => Ok(Reference::Linked(electrode(one)?, electrode(two)?)),
            None => Ok(Reference::Electrode(electrode(other)?)),
        },
    }
}

/// Dipoles at the centres of the regions, which must lie within the head around their origin.
pub(super) fn dipoles(section: &Section<'_>, connectome: &Connectome) -> Result<OrientedPoints> {
    let missing = || section.error("lead_field", "the connectome has no centres to put dipoles at");
    let centres = connectome.centres().ok_or_else(missing)?.value_unsafe.clone();
    let points = Points::new(connectome.labels().to_vec(), Meter::new(centres))?;
    let points = match section.text("axes")?.unwrap_or("head") {
        "head" => points,
        "tvb" => points.in_frame(Frame::tvb()).moved(&RigidTransform::tvb_to_head())?,
        other => return Err(Error::unknown("axes of the centres", other, ["head", "tvb"])),
    };
    match section.text("orientation")?.unwrap_or("oblique") {
        "radial" => points.radially_oriented(),
        "oblique" => {
            let directions = oblique(&points.positions().value_unsafe);
            points.with_orientations(&directions)
        }
        other => Err(Error::unknown("orientation", other, ["radial", "oblique"])),
    }
}

/// Directions halfway between outwards and upwards along the sphere: MEG is blind to radial dipoles.
fn oblique(centres: &DMatrix<f64>) -> DMatrix<f64> {
    let mut directions = centres.clone();
    for mut column in directions.column_iter_mut() {
        let outwards = Vector3::new(column[0], column[1], column[2]).normalize();
        let up = Vector3::z() - outwards * outwards.z;
        // At the poles every tangent will do.
        let tangent = up.try_normalize(1e-9).unwrap_or_else(Vector3::x);
        column.copy_from(&(outwards + tangent));
    }
    directions
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Table;

    fn with<T>(text: &str, read: impl FnOnce(&Section<'_>, &SphereModel) -> Result<T>) -> Result<T> {
        let table: Table = text.parse().unwrap();
        read(&Section::new("observe.eeg", &table), &head("four_shells").unwrap().unwrap())
    }

    #[test]
    fn sensors_are_chosen_by_name() {
        let names = |text: &str| with(text, electrodes).map(|points| points.names().to_vec());
        assert_eq!(names("").unwrap().len(), N_SENSORS);
        assert_eq!(names("sensors = \"10-20\"").unwrap()[10], "Cz");
        assert_eq!(names("sensors = \"10-10\"").unwrap().len(), 81);
        let error = names("sensors = \"10-30\"").unwrap_err().to_string();
        assert_eq!(error, "unknown electrode system `10-30`; there are: 10-20, 10-10, 10-05");
        let coils =
            with("helmet_places = 102\nhelmet_gap_mm = 20\nhelmet_cap_degrees = 110", magnetometers).unwrap();
        assert_eq!((coils.names().len(), coils.names()[101].as_str()), (102, "M102"));
        assert_eq!(with("", magnetometers).unwrap().names()[0], "M01");
        let error = with("helmet_places = 0", helmet).unwrap_err().to_string();
        assert_eq!(error, "[observe.eeg] helmet_places: must be 1 to 10000, but is 0");
        assert!(with("helmet_gap_mm = -1", helmet).is_err());
        assert!(head("lead_field.npy").unwrap().is_none());
    }

    #[test]
    fn coils_have_sides_and_baselines() {
        let points = |text: &str| with(text, magnetometers).map(|sensors| sensors.n_points());
        assert_eq!([points("").unwrap(), points("coil_side_mm = 21").unwrap()], [1, 9]);
        assert_eq!(points("coil_side_mm = 21\ncoil_points = 4").unwrap(), 4);
        let error = |text: &str| points(text).unwrap_err().to_string();
        assert_eq!(
            error("coil_points = 4"),
            "[observe.eeg] coil_points: needs coil_side_mm: a coil without a side is a point"
        );
        assert_eq!(
            error("coil_side_mm = 21\ncoil_points = 5"),
            "[observe.eeg] coil_points: must be 4 or 9, but is 5"
        );
        assert!(error("coil_side_mm = 0").contains("side of a square coil"));
        let coils = |text: &str| with(text, |section, _| Coils::of(section));
        assert_eq!(coils("").unwrap(), Coils::Magnetometers);
        assert_eq!(
            coils("coils = \"planar\"").unwrap_err().to_string(),
            "unknown kind of coils `planar`; there are: magnetometers, axial_gradiometers, planar_gradiometers"
        );
        let baseline =
            |text: &str, kind: Coils| with(text, |section, head| gradiometers(section, head, kind));
        let planar = |text: &str| baseline(text, Coils::PlanarGradiometers);
        assert_eq!(planar("").unwrap(), planar("baseline_mm = 16.8").unwrap());
        assert_ne!(planar("").unwrap(), baseline("", Coils::AxialGradiometers).unwrap());
        assert!(planar("baseline_mm = -1").unwrap_err().to_string().contains("baseline of the gradiometers"));
    }

    #[test]
    fn references_are_chosen_by_name() {
        let channels = ["Cz", "T9", "T10"].map(str::to_owned);
        let chosen = |text: &str| with(text, |section, _| reference(section, &channels, Reference::Average));
        assert_eq!(chosen("").unwrap(), Reference::Average);
        assert_eq!(chosen("reference = \"none\"").unwrap(), Reference::Infinity);
        assert_eq!(chosen("reference = \"Cz\"").unwrap(), Reference::Electrode("Cz".to_owned()));
        let linked = Reference::Linked("T9".to_owned(), "T10".to_owned());
        assert_eq!(chosen("reference = \"T9+T10\"").unwrap(), linked);
        let error = chosen("reference = \"T9+A2\"").unwrap_err().to_string();
        assert_eq!(error, "unknown reference `A2`; there are: average, none, Cz, T9, T10");
    }

    /// TVB's x is the nose, which is the head's y; the orientation turns along.
    #[test]
    fn axes_turn_with_the_centres() {
        let connectome = brainmass_datasets::example_connectome();
        let places = |text: &str| with(text, |section, _| dipoles(section, &connectome)).unwrap();
        let (head, tvb) = (places(""), places("axes = \"tvb\""));
        let (before, after) = (head.points().positions().value_unsafe, tvb.points().positions().value_unsafe);
        assert_eq!(
            (after[(1, 0)], after[(0, 0)], after[(2, 0)]),
            (before[(0, 0)], -before[(1, 0)], before[(2, 0)])
        );
        let turned = (tvb.orientations()[(1, 3)], tvb.orientations()[(2, 3)]);
        approx_eq(turned, (head.orientations()[(0, 3)], head.orientations()[(2, 3)]));
        assert!(with("axes = \"lps\"", |section, _| dipoles(section, &connectome)).is_err());
    }

    fn approx_eq(a: (f64, f64), b: (f64, f64)) {
        assert!((a.0 - b.0).abs() < 1e-14 && (a.1 - b.1).abs() < 1e-14, "{a:?} {b:?}");
    }
}
