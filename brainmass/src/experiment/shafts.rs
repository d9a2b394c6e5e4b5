//! sEEG of an experiment: shafts of contacts among the regions.

use brainmass_core::units::{Meter, Unit, dimension, siemens_per_meter};
use brainmass_core::{Connectome, Error, Result, check};
use brainmass_forward::{Eeg, NearField, Points, Shaft, contacts_in_infinite_medium};
use nalgebra::{DMatrix, Vector3};

use super::head;
use super::section::Section;

/// The conductivity of the brain, as in the built-in heads; the dipole per potential scales with it.
const CONDUCTIVITY: f64 = 0.33;

/// The lead field of the shafts in the medium that `lead_field` names; `None` for any other word, which is then a file.
pub(super) fn lead_field(section: &Section<'_>, connectome: &Connectome, name: &str) -> Result<Option<Eeg>> {
    let sphere = match name {
        "infinite_medium" => None,
        "sphere" => Some(head::head("sphere")?),
        "three_shells" | "four_shells" => {
            let problem =
                format!("contacts within {name} are not offered; take \"sphere\" or \"infinite_medium\"");
            return Err(section.error("lead_field", problem));
        }
        _ => return Ok(None),
    };
    let (dipoles, contacts, near) = (head::dipoles(section, connectome)?, contacts(section)?, near(section)?);
    let field = match sphere.flatten() {
        Some(sphere) => sphere.intracranial(&dipoles, &contacts, near)?,
        None => contacts_in_infinite_medium(&dipoles, &contacts, siemens_per_meter(CONDUCTIVITY), near)?,
    };
    Ok(Some(field))
}

/// What is done with contacts close to a region's dipole.
fn near(section: &Section<'_>) -> Result<NearField> {
    match (section.single("refused_within")?, section.single("softened_within")?) {
        (None, None) => Ok(NearField::default()),
        (Some(distance), None) => Ok(NearField::Refused(distance)),
        (None, Some(distance)) => Ok(NearField::Softened(distance)),
        (Some(_), Some(_)) => {
            Err(section.error("softened_within_mm", "cannot stand beside refused_within_mm"))
        }
    }
}

/// The contacts of all `[[…shaft]]`, one shaft after the other.
fn contacts(section: &Section<'_>) -> Result<Points> {
    let shafts = section.sections("shaft")?;
    if shafts.is_empty() {
        return Err(section.error("shaft", "is missing: a section for each shaft of contacts"));
    }
    let (mut names, mut positions) = (Vec::new(), Vec::new());
    for shaft in shafts {
        let contacts = read(&shaft)?.contacts()?;
        shaft.finish()?;
        names.extend_from_slice(contacts.names());
        positions.extend_from_slice(contacts.positions().value_unsafe.as_slice());
    }
    let count = names.len();
    Points::new(names, Meter::new(DMatrix::from_vec(3, count, positions)))
}

/// A shaft from where it enters to the middle of the contact at its tip.
fn read(section: &Section<'_>) -> Result<Shaft> {
    let name = section.required_text("name")?.to_owned();
    let (entry, tip) = (place(section, "entry")?, place(section, "tip")?);
    let inwards = Vector3::from(tip) - Vector3::from(entry);
    let count = section.whole("contacts")?.ok_or_else(|| section.error("contacts", "is missing"))?;
    let Ok(n_contacts @ 1..=1000) = usize::try_from(count) else {
        return Err(section.error("contacts", format!("must be 1 to 1000, but is {count}")));
    };
    let spacing = section.single("spacing")?.ok_or_else(|| section.error("spacing_mm", "is missing"))?;
    let depth = Meter::new(inwards.norm());
    check::positive(&format!("[{}] distance from entry to tip", section.place()), depth)?;
    Ok(Shaft { name, entry: Meter::new(entry), direction: inwards.into(), depth, n_contacts, spacing })
}

/// Three coordinates in the frame of the head: to the right, to the nose, up.
fn place(section: &Section<'_>, name: &str) -> Result<[f64; 3]> {
    let values = section.quantity(name, Unit::of::<dimension::Meter>())?;
    let values = values.ok_or_else(|| section.error(&format!("{name}_mm"), "is missing"))?;
    <[f64; 3]>::try_from(values.as_slice()).map_err(|_| {
        let found = values.as_slice().len();
        Error::shape(
            format!("[{}] {name}", section.place()),
            "3 coordinates: right, nose, up",
            found.to_string(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Table;

    const SHAFT: &str = "[[shaft]]\nname = 'A'\nentry_mm = [-70, 10, 5]\ntip_mm = [-10, 10, 5]\ncontacts = 8\nspacing_mm = 3.5\n";

    fn with(text: &str, medium: &str) -> Result<Option<Eeg>> {
        let table: Table = text.parse().unwrap();
        lead_field(&Section::new("observe.seeg", &table), &brainmass_datasets::example_connectome(), medium)
    }

    /// A region's dipole in the contacts of two shafts, against the closed form.
    #[test]
    fn contacts_stand_along_their_shafts() {
        let second = SHAFT.replace("'A'", "'B'").replace("5]", "12]");
        let field =
            with(&format!("orientation = 'radial'\n{SHAFT}{second}"), "infinite_medium").unwrap().unwrap();
        assert_eq!(
            (field.channels().len(), field.channels()[7].as_str(), field.channels()[8].as_str()),
            (16, "A8", "B1")
        );
        // From R0 at (40, 0, 0) mm, which points along x, to A1 at (−10, 10, 5) mm.
        let a = Vector3::<f64>::new(-0.05, 0.01, 0.005);
        let expected = a.x / (4.0 * std::f64::consts::PI * 0.33 * a.norm().powi(3));
        assert!((field.gain().value_unsafe[(0, 0)] / expected - 1.0).abs() < 1e-12);
        let inside = with(SHAFT, "sphere").unwrap().unwrap();
        assert_ne!(
            inside.gain().value_unsafe,
            with(SHAFT, "infinite_medium").unwrap().unwrap().gain().value_unsafe
        );
        assert!(with(SHAFT, "gain.npy").unwrap().is_none());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |text: &str, medium: &str| with(text, medium).unwrap_err().to_string();
        assert_eq!(
            error("", "sphere"),
            "[observe.seeg] shaft: is missing: a section for each shaft of contacts"
        );
        assert!(error(SHAFT, "four_shells").contains("\"sphere\" or \"infinite_medium\""));
        let changed = |from: &str, to: &str| error(&SHAFT.replace(from, to), "sphere");
        assert_eq!(changed("entry_mm = [-70, 10, 5]\n", ""), "[observe.seeg.shaft] entry_mm: is missing");
        assert_eq!(
            changed("[-70, 10, 5]", "[-70, 10]"),
            "[observe.seeg.shaft] entry: expected 3 coordinates: right, nose, up, found 2"
        );
        assert!(changed("contacts = 8", "contacts = 80").contains("length of the 80 contacts of shaft `A`"));
        assert_eq!(changed("= 8", "= 0"), "[observe.seeg.shaft] contacts: must be 1 to 1000, but is 0");
        assert!(changed("name", "label").contains("[observe.seeg.shaft] name: is missing"));
        assert!(changed("spacing_mm = 3.5", "spacing_mm = 3.5\ndiameter_mm = 1").contains("`diameter_mm`"));
        assert!(error(&format!("{SHAFT}{SHAFT}"), "sphere").contains("`A1`"));
        let both = format!("refused_within_mm = 1\nsoftened_within_mm = 2\n{SHAFT}");
        assert_eq!(
            error(&both, "sphere"),
            "[observe.seeg] softened_within_mm: cannot stand beside refused_within_mm"
        );
        let close = format!("refused_within_mm = 30\n{SHAFT}");
        assert!(error(&close, "sphere").contains("distance of contact `A"));
        assert!(with(&close.replace("refused", "softened"), "sphere").is_ok());
    }
}
