# The shard map: how services find the mount targets. This is the first one; from then on the scaler writes it.
locals {
  initial_targets = { for target in aws_efs_mount_target.initial : target.id => target }

  first_map = {
    schema   = 1
    revision = 1
    layout   = var.layout
    mount_targets = [for id in sort(keys(local.initial_targets)) : {
      mount_target_id      = id
      file_system_id       = local.initial_targets[id].file_system_id
      ip_address           = local.initial_targets[id].ip_address
      availability_zone    = local.initial_targets[id].availability_zone_name
      availability_zone_id = local.initial_targets[id].availability_zone_id
      subnet_id            = local.initial_targets[id].subnet_id
      weight               = 1
    }]
    file_systems = [{
      file_system_id = aws_efs_file_system.files.id
      state          = "active"
      weight         = 1
    }]
  }
}

resource "aws_ssm_parameter" "map" {
  name        = var.parameter_name
  description = "The shard map of ${var.name}, published by ${local.scaler_name}"
  type        = "String"

  # Standard while the map fits into 4,096 characters, advanced when it has grown beyond.
  tier  = "Intelligent-Tiering"
  value = jsonencode(local.first_map)

  lifecycle {
    ignore_changes = [value]
  }
}
