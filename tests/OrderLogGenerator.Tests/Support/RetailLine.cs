using System.Globalization;
using System.Text.Json;

namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>A parsed retail line in JSON.</summary>
internal sealed record RetailLine(
    string Invoice,
    string Code,
    string Description,
    int Quantity,
    DateTime Date,
    decimal Price,
    string? Customer,
    string Country,
    int Bytes)
{
    public bool Cancelled => Invoice[0] == 'C';

    public bool IsSale => char.IsAsciiDigit(Invoice[0]);

    public bool Clean => IsSale && Quantity > 0 && Price > 0;

    public static RetailLine Parse(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var json = document.RootElement;
        return new RetailLine(
            string.Intern(json.GetProperty("InvoiceNo").GetString()!),
            string.Intern(json.GetProperty("StockCode").GetString()!),
            string.Intern(json.GetProperty("Description").GetString()!),
            json.GetProperty("Quantity").GetInt32(),
            DateTime.ParseExact(json.GetProperty("InvoiceDate").GetString()!, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            json.GetProperty("UnitPrice").GetDecimal(),
            json.GetProperty("CustomerID").GetString(),
            string.Intern(json.GetProperty("Country").GetString()!),
            line.Length);
    }
}
