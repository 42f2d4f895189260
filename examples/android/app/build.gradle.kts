// Not built here: see ../README.md.
plugins {
    id("com.android.application") version "8.13.0"
}

android {
    namespace = "org.example.baton.app"
    compileSdk = 36

    defaultConfig {
        applicationId = "org.example.baton"
        // java.util.Base64 and java.time are there from Android 8 on.
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "1.0"
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    buildFeatures {
        buildConfig = true
    }

    buildTypes {
        debug {
            // The demo on the development machine, by `adb reverse`.
            buildConfigField("String", "BATON_URL", "\"http://localhost:3000\"")
            buildConfigField("String", "ISSUER", "\"http://127.0.0.1:4000\"")
            buildConfigField("String", "TARGET_URL", "\"http://127.0.0.1:4002\"")
        }
        release {
            isMinifyEnabled = true
            buildConfigField("String", "BATON_URL", "\"https://baton.example.org\"")
            buildConfigField("String", "ISSUER", "\"https://login.example.org\"")
            buildConfigField("String", "TARGET_URL", "\"https://web.example.org\"")
        }
    }
}

dependencies {
    implementation(project(":core"))
}
