//! What a SecretProviderClass holds as text (Secrets Store CSI driver 1.6, Vault provider 1.7, Azure provider).

use crate::base::Value;
use crate::yaml;

/// The objects of the Vault or AWS provider: a YAML list in a text.
pub fn list(objects: &Value) -> Result<Vec<Value>, String> {
    let value = parsed(objects)?;
    match value.as_list() {
        Some(list) => Ok(list.to_vec()),
        None => Err(format!("its text is {}, and must be a YAML list", value.type_name())),
    }
}

/// The objects of the Azure provider: a YAML mapping with the key `array`, a list of texts that are YAML
/// mappings themselves.
pub fn array(objects: &Value) -> Result<Vec<Value>, String> {
    let value = parsed(objects)?;
    let Some(items) = value.get("array").and_then(Value::as_list) else {
        return Err("its text must be a YAML mapping with the key `array`, a list".to_owned());
    };
    let item = |item: &Value| match item.as_str() {
        Some(_) => parsed(item),
        None => Err(format!("an item of `array` is {}, and must be a text (`- |`)", item.type_name())),
    };
    items.iter().map(item).collect()
}

fn parsed(text: &Value) -> Result<Value, String> {
    let docs = yaml::read_embedded(text.as_str().unwrap_or_default(), text.span)?;
    Ok(docs.into_iter().next().unwrap_or_default())
}
