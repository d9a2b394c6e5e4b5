//! The rows as Parquet.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use brainmass_core::{Result, write_atomically};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use toml::Value;

use super::row::Results;
use super::table::text;

/// A column with its values.
enum Column {
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Optional(Vec<Option<f64>>),
    Flag(Vec<bool>),
    Text(Vec<ByteArray>),
}

/// Writes the rows in one group, with the experiment as the metadata `experiment`.
pub(super) fn write(results: &Results, path: &Path) -> Result<()> {
    let columns = columns(results);
    write_atomically(path, |writer| write_to(writer, results, &columns).map_err(io::Error::other))
}

fn columns(results: &Results) -> Vec<(&str, Column)> {
    let rows = results.rows();
    let index = rows.iter().map(|row| i64::try_from(row.index).unwrap_or(i64::MAX)).collect();
    let mut columns = vec![("index", Column::Whole(index))];
    for (number, key) in results.keys().iter().enumerate() {
        let values: Vec<&Value> = rows.iter().filter_map(|row| row.values.get(number)).collect();
        columns.push((key, Column::of(&values)));
    }
    let status = rows.iter().map(|row| row.status.to_string().into_bytes().into()).collect();
    columns.push(("status", Column::Text(status)));
    let number = |name: &String| Column::Optional(results.column(name).unwrap_or_default());
    columns.extend(results.columns().iter().map(|name| (name.as_str(), number(name))));
    columns
}

impl Column {
    /// The values of an axis: in their own type if all are of one, as text otherwise.
    fn of(values: &[&Value]) -> Self {
        fn all<T>(values: &[&Value], read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
            values.iter().map(|value| read(value)).collect()
        }
        #[expect(clippy::cast_precision_loss, reason = "an integer in a file stands for a real number")]
        let number =
            |value: &Value| value.as_float().or_else(|| value.as_integer().map(|integer| integer as f64));
        all(values, Value::as_integer)
            .map(Self::Whole)
            .or_else(|| all(values, number).map(Self::Number))
            .or_else(|| all(values, Value::as_bool).map(Self::Flag))
            .unwrap_or_else(|| {
                Self::Text(values.iter().map(|value| text(value).into_bytes().into()).collect())
            })
    }

    fn schema(&self, name: &str) -> parquet::errors::Result<Type> {
        let (physical, repetition, logical) = match self {
            Self::Whole(_) => (Physical::INT64, Repetition::REQUIRED, None),
            Self::Number(_) => (Physical::DOUBLE, Repetition::REQUIRED, None),
            Self::Optional(_) => (Physical::DOUBLE, Repetition::OPTIONAL, None),
            Self::Flag(_) => (Physical::BOOLEAN, Repetition::REQUIRED, None),
            Self::Text(_) => (Physical::BYTE_ARRAY, Repetition::REQUIRED, Some(LogicalType::String)),
        };
        let builder = Type::primitive_type_builder(name, physical);
        builder.with_repetition(repetition).with_logical_type(logical).build()
    }

    fn write(&self, writer: &mut SerializedColumnWriter<'_>) -> parquet::errors::Result<usize> {
        match self {
            Self::Whole(values) => writer.typed::<Int64Type>().write_batch(values, None, None),
            Self::Number(values) => writer.typed::<DoubleType>().write_batch(values, None, None),
            Self::Flag(values) => writer.typed::<BoolType>().write_batch(values, None, None),
            Self::Text(values) => writer.typed::<ByteArrayType>().write_batch(values, None, None),
            Self::Optional(values) => {
                let is_there: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
                let values: Vec<f64> = values.iter().copied().flatten().collect();
                writer.typed::<DoubleType>().write_batch(&values, Some(&is_there), None)
            }
        }
    }
}

fn write_to(
    writer: &mut (impl Write + Send),
    results: &Results,
    columns: &[(&str, Column)],
) -> parquet::errors::Result<()> {
    let fields = columns.iter().map(|(name, column)| column.schema(name).map(Arc::new));
    let fields = fields.collect::<parquet::errors::Result<_>>()?;
    let schema = Type::group_type_builder("sweep").with_fields(fields).build()?;
    let experiment = KeyValue::new("experiment".to_owned(), results.experiment().to_owned());
    let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![experiment])).build();
    let mut file = SerializedFileWriter::new(writer, Arc::new(schema), Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for (_, column) in columns {
        let Some(mut writer) = group.next_column()? else { break };
        column.write(&mut writer)?;
        writer.close()?;
    }
    group.close()?;
    file.close().map(|_| ())
}

#[cfg(test)]
mod tests {
    use crate::sweep::{Axis, Settings, Sweep};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};

    #[test]
    fn a_table_comes_back() {
        let mut experiment = crate::Experiment::example();
        experiment.keep_observations(&["activity".to_owned()]).unwrap();
        experiment.set("simulation.duration_ms=2000").unwrap();
        let axis = |text: &str| text.parse::<Axis>().unwrap();
        let sweep = Sweep::new(experiment)
            .with_axis(axis("node.tau_e_ms=-1,2.5"))
            .and_then(|sweep| sweep.with_axis(axis("simulation.integrator=heun,euler")))
            .and_then(|sweep| sweep.with_seeds(2))
            .unwrap();
        let results = sweep.run(&Settings::default(), &mut |_| ()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sweep.parquet");
        results.write(&path).unwrap();

        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert_eq!(metadata[0].value.as_deref(), Some(results.experiment()));
        let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap()).collect();
        assert_eq!(rows.len(), 8);
        for (row, ours) in rows.iter().zip(results.rows()) {
            let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
            assert_eq!(*fields[0], Field::Long(i64::try_from(ours.index).unwrap()));
            assert_eq!(*fields[1], Field::Double(ours.values[0].as_float().unwrap_or(-1.0)));
            assert_eq!(*fields[2], Field::Str(ours.values[1].as_str().unwrap().to_owned()));
            assert_eq!(*fields[3], Field::Long(ours.values[2].as_integer().unwrap()));
            assert_eq!(*fields[4], Field::Str(ours.status.to_string()));
            for (field, number) in fields[5..].iter().zip(&ours.numbers) {
                assert_eq!(**field, number.map_or(Field::Null, Field::Double));
            }
        }
        let names: Vec<&String> = rows[0].get_column_iter().map(|(name, _)| name).collect();
        assert_eq!(names[..5], ["index", "node.tau_e_ms", "simulation.integrator", "seed", "status"]);
        assert_eq!(names[5..], results.columns().iter().collect::<Vec<_>>());
        assert_eq!(results.n_failed(), 4);
    }
}
