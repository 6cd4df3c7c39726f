resource "aws_efs_file_system" "files" {
  creation_token   = var.name
  encrypted        = true
  kms_key_id       = var.kms_key_arn
  performance_mode = "generalPurpose"
  throughput_mode  = "elastic"

  tags = { Name = var.name }
}

resource "aws_efs_backup_policy" "files" {
  file_system_id = aws_efs_file_system.files.id

  backup_policy {
    status = var.backups ? "ENABLED" : "DISABLED"
  }
}

# The scaler adds more; Terraform knows of these only.
resource "aws_efs_mount_target" "initial" {
  for_each = toset(local.initial_keys)

  file_system_id  = aws_efs_file_system.files.id
  subnet_id       = local.subnet_ids[each.value]
  security_groups = [aws_security_group.efs.id]
}

# Everybody is the same user here, whatever their container runs as, and sees nothing above the root.
resource "aws_efs_access_point" "files" {
  file_system_id = aws_efs_file_system.files.id

  posix_user {
    uid = local.files_owner
    gid = local.files_owner
  }

  root_directory {
    path = "/files"

    creation_info {
      owner_uid   = local.files_owner
      owner_gid   = local.files_owner
      permissions = "0750"
    }
  }

  tags = { Name = var.name }
}

locals {
  files_owner = 1654
}

# Without a policy EFS lets every client in that can reach a mount target. With this one: by TLS, as one of the two roles,
# through the access point.
data "aws_iam_policy_document" "file_system" {
  statement {
    sid       = "RefusePlainConnections"
    effect    = "Deny"
    actions   = ["*"]
    resources = [aws_efs_file_system.files.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  statement {
    sid       = "Tasks"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.files.arn]

    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.worker.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.files.arn]
    }
  }

  statement {
    sid       = "Scaler"
    actions   = ["elasticfilesystem:ClientMount"]
    resources = [aws_efs_file_system.files.arn]

    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.scaler.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.files.arn]
    }
  }
}

resource "aws_efs_file_system_policy" "files" {
  file_system_id = aws_efs_file_system.files.id
  policy         = data.aws_iam_policy_document.file_system.json
}
