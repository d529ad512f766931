"""Operations: parsed, limited, validated, selected, normalized, and their variables coerced."""
