//! Maps from files: one number per region where a section may say one.

use std::path::Path;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::{Connectome, Result, check};
use brainmass_datasets::read_region_values;
use toml::{Table, Value};

use super::section::Section;
use crate::load;

/// What a map is made of: `tau_e_ms = { file = "map.csv", column = "myelin", scale = 0.5, offset = 10.0 }`.
/// Of several maps, `{ offset = 10.0, maps = [{ file = "a.txt", scale = 0.5 }, { file = "b.txt" }] }`, it is the sum.
const KEYS: [&str; 5] = ["file", "maps", "column", "scale", "offset"];

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
        let offset = map.single::<Dimensionless>("offset")?.map_or(0.0, |number| number.value_unsafe);
        let mut sums = vec![offset; self.regions.len()];
        for (scale, numbers) in self.terms(&map)? {
            sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += scale * number);
        }
        map.finish()?;
        Ok(Value::Array(sums.into_iter().map(Value::Float).collect()))
    }

    /// What the offset is added to: the scale of each map, and its numbers.
    fn terms(&self, map: &Section<'_>) -> Result<Vec<(f64, Vec<f64>)>> {
        let several = map.sections("maps")?;
        if several.is_empty() {
            return Ok(vec![self.term(map)?]);
        }
        let each = several.into_iter().map(|map| {
            let term = self.term(&map)?;
            map.finish().map(|()| term)
        });
        each.collect()
    }

    fn term(&self, map: &Section<'_>) -> Result<(f64, Vec<f64>)> {
        let path = load::path(self.folder, map.required_text("file")?)?;
        let scale = map.single::<Dimensionless>("scale")?.map_or(1.0, |number| number.value_unsafe);
        Ok((scale, read_region_values(&path, self.regions, map.text("column")?)?))
    }

    /// The numbers of the map whose scale is meant: the only one, or one of several.
    pub(super) fn numbers_of(&self, map: &Table, number: usize) -> Result<Vec<f64>> {
        let mut terms = self.terms(&Section::new("map", map))?;
        check::position(
            "map",
            &number.to_string(),
            &(0..terms.len()).map(|n| n.to_string()).collect::<Vec<_>>(),
        )?;
        Ok(terms.swap_remove(number).1)
    }
}

/// Whether a table is a map and not a section. One that lacks its file is told so.
pub(super) fn is_map(table: &Table) -> bool {
    KEYS[..2].iter().any(|key| table.contains_key(*key))
        || (!table.is_empty() && table.keys().all(|key| KEYS.contains(&key.as_str())))
}
