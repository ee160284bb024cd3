namespace Shipper.TailShipper.DeadLetters;

/// <summary>A dead letter could not be written or made durable; nothing of it may settle. The message says why and what to do.</summary>
internal sealed class DeadLettersUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
