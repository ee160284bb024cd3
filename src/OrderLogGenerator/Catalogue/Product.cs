using System.Text;

namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>A stock code with its text and its prices; anonymous customers often pay others than named ones.</summary>
internal sealed class Product
{
    private readonly byte[][] _prices;
    private readonly uint[] _named;
    private readonly uint[] _anonymous;

    /// <summary>Takes the prices as the table lists them; at least one has a count above zero.</summary>
    public Product(string code, string description, int quantityProfile, IReadOnlyList<WeightedText> prices)
    {
        (Code, Description, QuantityProfile) = (code, description, quantityProfile);
        _prices = [.. prices.Select(price => Encoding.ASCII.GetBytes(price.Text))];
        var named = prices.Select(price => price.Named).ToArray();
        var anonymous = prices.Select(price => price.Anonymous).ToArray();
        _named = Thresholds(named.Any(count => count > 0) ? named : anonymous);
        _anonymous = Thresholds(anonymous.Any(count => count > 0) ? anonymous : named);
    }

    /// <summary>The stock code.</summary>
    public string Code { get; }

    /// <summary>The description, with its own blanks and quotes.</summary>
    public string Description { get; }

    /// <summary>Which row of the quantities is the product's.</summary>
    public int QuantityProfile { get; }

    /// <summary>The price that 32 uniform bits select, in digits.</summary>
    public byte[] Price(bool named, uint bits)
    {
        var thresholds = named ? _named : _anonymous;
        var index = 0;
        while (bits > thresholds[index])
        {
            index++;
        }

        return _prices[index];
    }

    private static uint[] Thresholds(int[] counts)
    {
        var total = counts.Sum(count => (long)count);
        var thresholds = new uint[counts.Length];
        long sum = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += counts[i];
            thresholds[i] = (uint)(sum * uint.MaxValue / total);
        }

        return thresholds;
    }
}
