using System.Text;

namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>An independent parser of RFC 4180, so that the code under test does not verify itself.</summary>
internal static class Csv
{
    public static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (quoted)
            {
                if (line[i] != '"')
                {
                    field.Append(line[i]);
                }
                else if (i + 1 < line.Length && line[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (line[i] == '"')
            {
                quoted = true;
            }
            else if (line[i] == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
