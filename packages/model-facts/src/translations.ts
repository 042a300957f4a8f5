/** What other languages call properties, in lower case, in the words of `PROPERTY_RULES`. */
const KEYS: Readonly<Record<string, string>> = {
  parameter: "parameters",
  parameteranzahl: "parameters",
  "anzahl der parameter": "parameters",
  schichten: "layers",
  "anzahl der schichten": "layers",
  kontextlänge: "context length",
  kontextfenster: "context window",
  vokabular: "vocabulary",
  vokabulargröße: "vocabulary",
  trainingsdaten: "training tokens",
  lizenz: "license",
  sprachen: "languages",
  参数量: "parameters",
  总参数量: "total parameters",
  激活参数量: "activated parameters",
  层数: "layers",
  上下文长度: "context length",
  词表大小: "vocabulary size",
  训练数据: "training tokens",
  许可证: "license",
  paramètres: "parameters",
  couches: "layers",
  "longueur de contexte": "context length",
  parámetros: "parameters",
  capas: "layers",
  "longitud de contexto": "context length",
};

/** A property in English: its key, and its value with numbers as English writes them. */
export function translated(key: string, value: string): { key: string; value: string } {
  const english = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  return english === undefined ? { key, value } : { key: english, value: englishNumbers(value) };
}

/** `7,3 Mrd.` → `7.3B`, `32.768 Token` → `32,768 tokens`, `72 亿` → `7.2B`. */
function englishNumbers(value: string): string {
  return value
    .replace(/(\d[\d.]*)\s?(万亿|亿)(?:参数|个?\s?token)?/gi, (_, digits: string, unit: string) =>
      unit === "亿" ? `${Number((Number(digits) / 10).toPrecision(6))}B` : `${digits}T`,
    )
    .replace(/\d{1,3}(?:\.\d{3})+(?![\d.,])/g, (digits) => digits.replaceAll(".", ","))
    .replace(/(?<![\d,])(\d{1,4}),(\d{1,2})(?!\d)/g, "$1.$2")
    .replace(/ (?:Mrd\.?|Milliarden|milliards)(?=\W|$)/i, "B")
    .replace(/ (?:Mio\.?|Millionen|millions|millones)(?=\W|$)/i, "M")
    .replace(/ (?:Bio\.?|Billionen|billones)(?=\W|$)/i, "T")
    .replace(/ (?:Tokens?|jetons)$/i, " tokens")
    .trim();
}
