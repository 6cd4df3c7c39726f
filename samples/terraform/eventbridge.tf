resource "aws_cloudwatch_event_rule" "scaler" {
  name                = local.scaler_name
  description         = "Runs the scaler of ${var.name}"
  schedule_expression = var.scaler_interval_minutes == 1 ? "rate(1 minute)" : "rate(${var.scaler_interval_minutes} minutes)"
  state               = var.scaler_enabled ? "ENABLED" : "DISABLED"
}

resource "aws_cloudwatch_event_target" "scaler" {
  rule = aws_cloudwatch_event_rule.scaler.name
  arn  = aws_lambda_function.scaler.arn

  depends_on = [aws_lambda_permission.scaler]
}

resource "aws_lambda_permission" "scaler" {
  statement_id  = "EventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.scaler.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.scaler.arn
}
