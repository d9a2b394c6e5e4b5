//! Maps from files: one number per region where a section may say one.

use std::path::Path;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::{Connectome, Result};
use brainmass_datasets::read_region_values;
use toml::{Table, Value};

use super::section::Section;
use crate::load;

/// What a map is made of: `tau_e_ms = { file = "map.csv", column = "myelin", scale = 0.5, offset = 10.0 }`.
const KEYS: [&str; 4] = ["file", "column", "scale", "offset"];

/// Reads maps for the regions of a connectome.
pub(super) struct Maps<'a> {
    folder: &'a Path,
    regions: &'a [String],
}

impl<'a> Maps<'a> {
    pub(super) fn new(folder: &'a Path, connectome: &'a Connectome) -> Self {
        Self { folder, regions: connectome.labels() }
    }

    /// A section, and those within it, with a list of numbers in place of every map.
    pub(super) fn fill(&self, section: &Section<'_>) -> Result<Table> {
        self.filled(section.place(), section.table())
    }

    fn filled(&self, place: &str, table: &Table) -> Result<Table> {
        let fill = |(key, value): (&String, &Value)| {
            let inside = || format!("{place}.{key}");
            let filled = match value {
                Value::Table(map) if is_map(map) => self.numbers(Section::new(inside(), map))?,
                Value::Table(inner) => Value::Table(self.filled(&inside(), inner)?),
                other => other.clone(),
            };
            Ok((key.clone(), filled))
        };
        table.iter().map(fill).collect()
    }

    /// offset + scale × number, region by region, in the unit of the key.
    fn numbers(&self, map: Section<'_>) -> Result<Value> {
        let path = load::path(self.folder, map.required_text("file")?)?;
        let column = map.text("column")?;
        let plain = |name| Ok(map.single::<Dimensionless>(name)?.map(|number| number.value_unsafe));
        let (scale, offset) = (plain("scale")?.unwrap_or(1.0), plain("offset")?.unwrap_or(0.0));
        map.finish()?;
        let numbers = read_region_values(&path, self.regions, column)?;
        Ok(Value::Array(numbers.into_iter().map(|number| Value::Float(offset + scale * number)).collect()))
    }
}

/// Whether a table is a map and not a section. One that lacks its file is told so.
fn is_map(table: &Table) -> bool {
    table.contains_key(KEYS[0]) || (!table.is_empty() && table.keys().all(|key| KEYS.contains(&key.as_str())))
}
